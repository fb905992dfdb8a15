/**
 * The order queue on RabbitMQ: one quorum queue with publisher confirms, through amqp-client. The entry point is
 * {@link io.orderflow.queue.rabbit.RabbitQueue}.
 */
package io.orderflow.queue.rabbit;
