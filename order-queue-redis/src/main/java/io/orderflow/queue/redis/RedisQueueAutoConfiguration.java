package io.orderflow.queue.redis;

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
@ConditionalOnProperty(RedisQueueAutoConfiguration.PREFIX + "uri")
class RedisQueueAutoConfiguration {
    static final String PREFIX = "orderflow.queue.redis.";

    @Bean
    RedisQueue redisOrderQueue(Environment environment) {
        RedisQueue.Builder builder = RedisQueue.builder(environment.getRequiredProperty(PREFIX + "uri"));
        text(environment, "user").ifPresent(builder::user);
        text(environment, "password").ifPresent(builder::password);
        text(environment, "stream").ifPresent(builder::stream);
        text(environment, "replicas").map(RedisQueueAutoConfiguration::number).ifPresent(builder::replicas);
        return builder.build();
    }

    private static Optional<String> text(Environment environment, String name) {
        return Optional.ofNullable(environment.getProperty(PREFIX + name));
    }

    private static int number(String replicas) {
        try {
            return Integer.parseInt(replicas);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + "replicas must be a whole number: " + replicas, e);
        }
    }
}
