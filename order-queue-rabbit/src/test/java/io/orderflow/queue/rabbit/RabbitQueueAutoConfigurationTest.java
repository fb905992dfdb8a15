package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

@DisplayName("The queue on RabbitMQ of a host on Spring Boot")
class RabbitQueueAutoConfigurationTest {
    private static final String PREFIX = RabbitQueueAutoConfiguration.PREFIX;
    private static final String PROPERTIES = "META-INF/spring-configuration-metadata.json";
    private static final Map<String, Object> ALL =
            Map.of("uri", "amqp://secret:word@localhost", "user", "shop", "password", "other", "queue", "orders");

    /** Tells what it was asked for. */
    private static final class Asked extends MapPropertySource {
        private final Set<String> names = new HashSet<>();

        Asked(Map<String, Object> values) {
            super(
                    "asked",
                    values.entrySet().stream()
                            .collect(Collectors.toMap(value -> PREFIX + value.getKey(), Map.Entry::getValue)));
        }

        @Override
        public Object getProperty(String name) {
            names.add(name);
            return super.getProperty(name);
        }
    }

    @Test
    @DisplayName("is there when an address is set, and closed with the application")
    void addressIsEnough() {
        OrderQueue queue;
        try (AnnotationConfigApplicationContext host =
                start(new Asked(Map.of("uri", "amqp://secret:word@localhost")))) {
            queue = host.getBean(OrderQueue.class);
            assertTrue(queue.name().endsWith("orderflow"), queue.name());
        }

        QueueException closed = assertThrows(QueueException.class, () -> queue.openConsumer(Duration.ofSeconds(30)));
        assertTrue(closed.getMessage().endsWith("is closed"), closed.getMessage());
    }

    @Test
    @DisplayName("is not there without an address")
    void noAddressNoQueue() {
        try (AnnotationConfigApplicationContext host = start(new Asked(Map.of()))) {
            assertFalse(
                    host.getBeanProvider(OrderQueue.class).stream().findAny().isPresent());
        }
    }

    @Test
    @DisplayName("reads the properties that editors complete, and no others")
    void propertiesAreThoseOfTheMetadata() throws Exception {
        Asked asked = new Asked(ALL);
        try (AnnotationConfigApplicationContext host = start(asked)) {
            assertTrue(host.getBean(OrderQueue.class).name().endsWith("orders"));
        }

        Set<String> read = asked.names.stream()
                .filter(name -> name.startsWith(PREFIX))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(inMetadata(), read);
    }

    private static Set<String> inMetadata() throws Exception {
        Path classes = Path.of(RabbitQueue.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Pattern.compile("\"name\": \"(orderflow[^\"]+)\"")
                .matcher(Files.readString(classes.resolve(PROPERTIES)))
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static AnnotationConfigApplicationContext start(Asked asked) {
        AnnotationConfigApplicationContext host = new AnnotationConfigApplicationContext();
        host.getEnvironment().getPropertySources().addFirst(asked);
        host.register(RabbitQueueAutoConfiguration.class);
        host.refresh();
        return host;
    }
}
