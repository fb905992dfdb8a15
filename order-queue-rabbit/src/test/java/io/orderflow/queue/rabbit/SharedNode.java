package io.orderflow.queue.rabbit;

/**
 * The node of a JVM's tests that leave it as it was, but for queues and users of their own: each start takes seconds of
 * a processor. It ends with the JVM.
 */
final class SharedNode {
    private static RabbitNode node;

    private SharedNode() {}

    /** Started by who asks first, with the outcomes of that start. */
    static synchronized RabbitNode get() {
        if (node == null) {
            node = RabbitNode.start();
        }
        return node;
    }
}
