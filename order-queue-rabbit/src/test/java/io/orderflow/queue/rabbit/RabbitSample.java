package io.orderflow.queue.rabbit;

/** How a host makes the queue, for the documents. */
final class RabbitSample {
    private RabbitSample() {}

    static RabbitQueue open(String uri, String password) {
        // sample: begin
        RabbitQueue queue = RabbitQueue.builder(uri) // amqp://host:5672/vhost, or amqps://host:5671/vhost for TLS
                .queue("shop-orders")
                .user("shop")
                .password(password)
                .build();
        // sample: end
        return queue;
    }
}
