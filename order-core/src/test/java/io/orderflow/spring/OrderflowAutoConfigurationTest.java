package io.orderflow.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.orderflow.FeedConfig;
import io.orderflow.Health;
import io.orderflow.OrderEvent;
import io.orderflow.OrderListener;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.OrderTracing;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** On Spring Boot 3.5. What the host among the examples shows on 3.5 and 4.0 is not repeated here. */
@DisplayName("The processor of a host on Spring Boot")
class OrderflowAutoConfigurationTest {
    /**
     * A host that has a pool and nothing else. What there is to configure is named, since the class path has modules of
     * two versions of Spring Boot.
     */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        DataSourceAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        OrderflowAutoConfiguration.class,
        OrderflowMetricsAutoConfiguration.class,
        OrderflowTracingAutoConfiguration.class,
        OrderflowBoot3HealthAutoConfiguration.class
    })
    static class Bare {}

    /** Is told of one event at a time, and fails at the first. */
    static class OneByOne {
        private final List<UUID> told = new CopyOnWriteArrayList<>();

        @OrderFeedListener("${shop.feed}")
        private void told(OrderEvent event) {
            told.add(event.orderId());
            if (told.size() == 1) {
                throw new IllegalStateException("on purpose");
            }
        }
    }

    static class WrongParameter {
        @OrderFeedListener("mail")
        void mail(List<String> lines) {}
    }

    static class TwoMethods {
        @OrderFeedListener("mail")
        void mail(List<OrderEvent> events) {}

        @OrderFeedListener("mail")
        void again(OrderEvent event) {}
    }

    @Scope("prototype")
    static class Prototype {
        @OrderFeedListener("mail")
        void mail(List<OrderEvent> events) {}
    }

    static class OwnParts {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        @Bean
        OrderQueue ownQueue() {
            return new ForwardingQueue(InMemoryQueue.builder().build()) {
                @Override
                public QueueConsumer openConsumer(Duration lease) throws QueueException {
                    heard.add("received from");
                    return super.openConsumer(lease);
                }
            };
        }

        @Bean
        OrderListener ownListener() {
            return new OrderListener() {
                @Override
                public void decided(List<Decision> decisions) {
                    heard.add("decided");
                }
            };
        }

        @Bean
        OrderProcessorCustomizer lastWord() {
            return builder -> builder.maxGroup(7);
        }

        @Bean
        OrderProcessorCustomizer look() {
            return builder -> heard.add(builder.toString());
        }
    }

    static class Observed {
        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Bean
        ObservationRegistry observations() {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig().observationHandler(new ObservationHandler<>() {
                @Override
                public void onStop(Observation.Context context) {
                    seen.add(context.getName());
                }

                @Override
                public boolean supportsContext(Observation.Context context) {
                    return true;
                }
            });
            return registry;
        }
    }

    static class OwnProcessor {
        @Bean
        OrderProcessor own(DataSource pool) {
            return OrderProcessor.builder(pool)
                    .createTables(true)
                    .tablePrefix("own_")
                    .build();
        }
    }

    static class TwoProcessors {
        @Bean
        OrderProcessor one(DataSource pool) {
            return processor(pool, "one_");
        }

        @Bean
        OrderProcessor two(DataSource pool) {
            return processor(pool, "two_");
        }

        static OrderProcessor processor(DataSource pool, String prefix) {
            return OrderProcessor.builder(pool)
                    .createTables(true)
                    .tablePrefix(prefix)
                    .build();
        }
    }

    static class PrimaryAndAnother {
        @Bean
        @Primary
        OrderProcessor first(DataSource pool) {
            return TwoProcessors.processor(pool, "first_");
        }

        @Bean(initMethod = "start")
        OrderProcessor another(DataSource pool) {
            return TwoProcessors.processor(pool, "another_");
        }
    }

    static class TwoPools {
        @Bean
        DataSource first() {
            return new DriverManagerDataSource();
        }

        @Bean
        DataSource second() {
            return new DriverManagerDataSource();
        }
    }

    static class TwoQueues {
        @Bean
        OrderQueue one() {
            return InMemoryQueue.builder().build();
        }

        @Bean
        OrderQueue two() {
            return InMemoryQueue.builder().build();
        }
    }

    @Test
    @DisplayName("has the defaults of its builder")
    void defaults() {
        DataSource pool = new DriverManagerDataSource();
        OrderProcessor.Builder byProperties = OrderProcessor.builder(pool);
        try (ConfigurableApplicationContext host = start("orderflow.enabled=false")) {
            OrderflowProperties bound =
                    Binder.get(host.getEnvironment()).bindOrCreate("orderflow.unused", OrderflowProperties.class);
            bound.applyTo(byProperties);
            assertEquals(OrderProcessor.builder(pool).toString(), byProperties.toString());
            assertEquals(WorkerConfig.defaults(), bound.workers().config());
            assertEquals(FeedConfig.defaults(), bound.feeds().config());
        }
    }

    @Test
    @DisplayName("is not there when it is switched off, or when there are two pools")
    void notThere() {
        try (ConfigurableApplicationContext host = start("orderflow.enabled=false")) {
            assertTrue(host.getBeanProvider(OrderProcessor.class).stream()
                    .findAny()
                    .isEmpty());
        }
        try (ConfigurableApplicationContext host = start(TwoPools.class)) {
            assertTrue(host.getBeanProvider(OrderProcessor.class).stream()
                    .findAny()
                    .isEmpty());
        }
    }

    @Test
    @DisplayName("is the host's own, if it has one, and is started and closed as well")
    void ownProcessor() {
        ConfigurableApplicationContext host = start(OwnProcessor.class);
        OrderProcessor own = host.getBean(OrderProcessor.class);
        try (host) {
            own.inventory().define(1, 250, 10, "product-1");
            await("it is up", () -> own.health().status() == Health.Status.UP, own.health());
            assertSame(own, host.getBeansOfType(OrderProcessor.class).get("own"));
        }
        assertEquals(Health.Status.DOWN, own.health().status());
    }

    @Test
    @DisplayName("is not configured beside two of the host's, unless one of them is primary")
    void twoProcessors() {
        try (ConfigurableApplicationContext host = start(TwoProcessors.class)) {
            assertNothingAround(host);
        }
        ConfigurableApplicationContext host = start(PrimaryAndAnother.class);
        OrderProcessor first = host.getBean("first", OrderProcessor.class);
        OrderProcessor another = host.getBean("another", OrderProcessor.class);
        try (host) {
            assertNotNull(host.getBean(TransactionalOrders.class));
            assertNotNull(host.getBean(OrderMetrics.class));
            await("the first is up", () -> first.health().status() == Health.Status.UP, first.health());
        }
        assertEquals(Health.Status.DOWN, first.health().status());
        assertEquals(Health.Status.DOWN, another.health().status());
    }

    @Test
    @DisplayName("leaves processors of the host alone when it is switched off")
    void switchedOff() {
        for (Class<?> processors : List.of(OwnProcessor.class, TwoProcessors.class)) {
            try (ConfigurableApplicationContext host = start(processors, "orderflow.enabled=false")) {
                assertNothingAround(host);
            }
        }
    }

    @Test
    @DisplayName("has the queue, the listeners and the customizers of the host")
    void ownParts() throws Exception {
        try (ConfigurableApplicationContext host =
                start(OwnParts.class, "orderflow.max-group=8", "orderflow.create-tables=true")) {
            OwnParts parts = host.getBean(OwnParts.class);
            assertTrue(parts.heard.get(0).contains("maxGroup=7"), parts.heard.get(0));
            decide(host.getBean(OrderProcessor.class));
            await("the listener was told", () -> parts.heard.contains("decided"), parts.heard);
            await("the queue was received from", () -> parts.heard.contains("received from"), parts.heard);
        }
    }

    @Test
    @DisplayName("decides nothing and reads no feed where it should not")
    void neitherWorkersNorFeeds() throws Exception {
        try (ConfigurableApplicationContext host = start(
                OneByOne.class,
                "shop.feed=unread",
                "orderflow.create-tables=true",
                "orderflow.workers.enabled=false",
                "orderflow.feeds.enabled=false")) {
            OrderProcessor orders = host.getBean(OrderProcessor.class);
            UUID order = orders.submit(OrderRequest.of(7).line(1, 1).build()).orderId();
            assertEquals(
                    OrderStatus.PENDING,
                    orders.await(order, Duration.ofMillis(300)).orElseThrow().status());
            assertEquals(List.of(), orders.feeds().list());
        }
    }

    @Test
    @DisplayName("tells a method of each event alone, and again after it failed")
    void eachEventAlone() throws Exception {
        try (ConfigurableApplicationContext host =
                start(OneByOne.class, "shop.feed=parcels", "orderflow.create-tables=true")) {
            UUID order = decide(host.getBean(OrderProcessor.class));
            OneByOne listener = host.getBean(OneByOne.class);
            await("the event came again", () -> listener.told.size() >= 2, listener.told);
            assertEquals(List.of(order, order), List.copyOf(listener.told).subList(0, 2));
        }
    }

    @Test
    @DisplayName("does not start with a feed listener that cannot be one, and says which and why")
    void refusedListeners() {
        assertRefused(
                "@OrderFeedListener(\"mail\") on void " + WrongParameter.class.getName()
                        + ".mail(java.util.List): it must have one parameter",
                WrongParameter.class);
        assertRefused("two methods listen to the feed mail", TwoMethods.class);
        assertRefused("it must be a method of a singleton", Prototype.class);
    }

    @Test
    @DisplayName("does not start with a value out of range, and names property, value and rule")
    void refusedValues() {
        assertRefused("threads must be between 1 and 64: 65", Bare.class, "orderflow.workers.threads=65");
        assertRefused("maxEvents must be between 1 and 500: 0", Bare.class, "orderflow.feeds.max-events=0");
        assertRefused("maxGroup must be between 1 and 500: 0", Bare.class, "orderflow.max-group=0");
    }

    @Test
    @DisplayName("does not start without the adapter of an address, or with two queues")
    void refusedQueues() {
        assertRefused(
                "orderflow.queue.redis.uri is set, and there is no queue: it needs order-queue-redis",
                Bare.class,
                "orderflow.queue.redis.uri=redis://localhost");
        RuntimeException two = assertThrows(RuntimeException.class, () -> start(TwoQueues.class));
        assertInstanceOf(NoUniqueBeanDefinitionException.class, NestedExceptionUtils.getMostSpecificCause(two));
    }

    @Test
    @DisplayName("places an order in no transaction of another pool")
    void otherPool() {
        try (ConfigurableApplicationContext host = start("orderflow.create-tables=true")) {
            OrderProcessor orders = host.getBean(OrderProcessor.class);
            TransactionalOrders elsewhere =
                    new TransactionalOrders(orders, new DriverManagerDataSource("jdbc:h2:mem:elsewhere"));
            OrderRequest request = OrderRequest.of(7).line(1, 1).build();
            host.getBean(TransactionTemplate.class)
                    .executeWithoutResult(status ->
                            assertThrows(IllegalTransactionStateException.class, () -> elsewhere.place(request)));
        }
    }

    @Test
    @DisplayName("is told of the commit once, however many orders a transaction places")
    void toldOnce() {
        try (ConfigurableApplicationContext host = start("orderflow.create-tables=true")) {
            host.getBean(OrderProcessor.class).inventory().define(1, 250, 10, "product-1");
            TransactionalOrders placing = host.getBean(TransactionalOrders.class);
            host.getBean(TransactionTemplate.class).executeWithoutResult(status -> {
                placing.place(OrderRequest.of(7).line(1, 1).build());
                placing.place(OrderRequest.of(7).line(1, 1).build());
                assertEquals(
                        List.of(TransactionalOrders.class),
                        TransactionSynchronizationManager.getSynchronizations().stream()
                                .<Class<?>>map(told -> told.getClass().getEnclosingClass())
                                .filter(TransactionalOrders.class::equals)
                                .toList());
            });
        }
    }

    @Test
    @DisplayName("has meters and health")
    void metersAndHealth() {
        try (ConfigurableApplicationContext host = start("orderflow.create-tables=true")) {
            assertInstanceOf(OrderMetrics.class, host.getBean(MeterBinder.class));
            assertNotNull(host.getBean("orderflowHealthIndicator"));
        }
        try (ConfigurableApplicationContext host = start("management.health.defaults.enabled=false")) {
            assertTrue(!host.containsBean("orderflowHealthIndicator"));
        }
    }

    @Test
    @DisplayName("has spans where there is a registry of observations")
    void spans() {
        try (ConfigurableApplicationContext host = start(Observed.class, "orderflow.create-tables=true")) {
            ObservationRegistry registry = host.getBean(ObservationRegistry.class);
            OrderProcessor orders = host.getBean(OrderProcessor.class);
            Observation.createNotStarted("request", registry)
                    .observe(() -> orders.submit(OrderRequest.of(7).line(1, 1).build()));
            assertEquals(List.of("orderflow.order.accept", "request"), host.getBean(Observed.class).seen);
        }
        try (ConfigurableApplicationContext host = start("orderflow.create-tables=true")) {
            assertEquals(0, host.getBeanNamesForType(OrderTracing.class).length);
        }
    }

    private static void assertNothingAround(ConfigurableApplicationContext host) {
        for (Class<?> type : List.of(ProcessorLifecycle.class, TransactionalOrders.class, MeterBinder.class)) {
            assertEquals(0, host.getBeanNamesForType(type).length, type.getName());
        }
        assertTrue(!host.containsBean("orderflowHealthIndicator"));
    }

    private static void await(String what, BooleanSupplier condition, Object state) {
        Eventually.await(what, Duration.ofMinutes(1), condition, state::toString);
    }

    private static UUID decide(OrderProcessor orders) throws InterruptedException {
        UUID order = orders.submit(OrderRequest.of(7).line(1, 1).build()).orderId();
        orders.await(order, Duration.ofMinutes(1)).orElseThrow();
        return order;
    }

    private static void assertRefused(String words, Class<?> host, String... properties) {
        RuntimeException refused = assertThrows(RuntimeException.class, () -> start(host, properties));
        String cause = NestedExceptionUtils.getMostSpecificCause(refused).getMessage();
        assertTrue(cause.contains(words), cause);
    }

    private static ConfigurableApplicationContext start(String... properties) {
        return start(Bare.class, properties);
    }

    private static ConfigurableApplicationContext start(Class<?> host, String... properties) {
        return new SpringApplicationBuilder(Bare.class, host)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .registerShutdownHook(false)
                .properties("spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID()
                        + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE")
                .properties(properties)
                .run();
    }
}
