package io.orderflow.examples.serve;

import io.orderflow.testing.ServerKind;
import org.junit.jupiter.api.DisplayName;

@DisplayName("serve on RabbitMQ")
class RabbitOutageTest extends ServeOutageTest {
    RabbitOutageTest() {
        super(ServerKind.RABBITMQ);
    }
}
