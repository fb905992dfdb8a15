package io.orderflow.queue.redis;

import io.orderflow.spring.QueuePropertiesContract;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The queue on Redis of a host on Spring Boot")
class RedisQueueAutoConfigurationTest extends QueuePropertiesContract {
    RedisQueueAutoConfigurationTest() {
        super(
                RedisQueueAutoConfiguration.class,
                RedisQueueAutoConfiguration.PREFIX,
                "redis://secret:word@localhost",
                Map.of("user", "shop", "password", "other", "stream", "orders", "replicas", "2"));
    }
}
