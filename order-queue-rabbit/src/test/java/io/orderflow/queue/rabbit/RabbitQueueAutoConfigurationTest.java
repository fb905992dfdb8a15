package io.orderflow.queue.rabbit;

import io.orderflow.spring.QueuePropertiesContract;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The queue on RabbitMQ of a host on Spring Boot")
class RabbitQueueAutoConfigurationTest extends QueuePropertiesContract {
    RabbitQueueAutoConfigurationTest() {
        super(
                RabbitQueueAutoConfiguration.class,
                RabbitQueueAutoConfiguration.PREFIX,
                "amqp://secret:word@localhost",
                Map.of("user", "shop", "password", "other", "queue", "orders"));
    }
}
