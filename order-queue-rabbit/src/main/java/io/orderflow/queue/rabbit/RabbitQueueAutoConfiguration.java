package io.orderflow.queue.rabbit;

import io.orderflow.spring.OrderflowAutoConfiguration;
import java.util.Optional;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The queue of a host on Spring Boot that names an address. A host that sets more defines the queue as a bean of its
 * own and no address. The properties are read one by one, since a bean of them would show the password.
 */
@AutoConfiguration(before = OrderflowAutoConfiguration.class)
@ConditionalOnProperty(RabbitQueueAutoConfiguration.PREFIX + "uri")
class RabbitQueueAutoConfiguration {
    static final String PREFIX = "orderflow.queue.rabbit.";

    @Bean
    RabbitQueue rabbitOrderQueue(Environment environment) {
        RabbitQueue.Builder builder = RabbitQueue.builder(environment.getRequiredProperty(PREFIX + "uri"));
        text(environment, "user").ifPresent(builder::user);
        text(environment, "password").ifPresent(builder::password);
        text(environment, "queue").ifPresent(builder::queue);
        return builder.build();
    }

    private static Optional<String> text(Environment environment, String name) {
        return Optional.ofNullable(environment.getProperty(PREFIX + name));
    }
}
