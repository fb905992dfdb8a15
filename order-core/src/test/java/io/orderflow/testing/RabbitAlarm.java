package io.orderflow.testing;

/**
 * The alarm with which a node of RabbitMQ blocks whoever publishes, by its disk. By its memory it would collect garbage
 * all the time, which a busy machine has no processor for.
 */
public final class RabbitAlarm {
    /** What a test does meanwhile. */
    public interface Body {
        /**
         * Does it.
         *
         * @throws Exception if it fails
         */
        void run() throws Exception;
    }

    private RabbitAlarm() {}

    /**
     * Raises the alarm, runs the body and ends the alarm.
     *
     * @param node a private node of RabbitMQ
     * @param body is run meanwhile
     * @throws Exception what the body throws
     */
    public static void during(PrivateServer node, Body body) throws Exception {
        RabbitControl control = new RabbitControl(node);
        control.setDiskFreeLimit("1000000GB");
        try {
            body.run();
        } finally {
            control.setDiskFreeLimit("50MB");
        }
    }
}
