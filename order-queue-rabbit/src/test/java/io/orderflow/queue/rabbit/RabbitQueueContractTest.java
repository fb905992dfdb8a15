package io.orderflow.queue.rabbit;

import org.junit.jupiter.api.BeforeAll;

/** The contract of a queue on RabbitMQ as this machine has it, or as it was given. */
final class RabbitQueueContractTest extends RabbitContract {
    @BeforeAll
    static void startNode() throws Exception {
        use(RabbitNode.startIfPossible());
    }
}
