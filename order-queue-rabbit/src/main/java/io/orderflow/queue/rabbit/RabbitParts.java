package io.orderflow.queue.rabbit;

/**
 * What everything of one queue object has in common; each part is thread-safe.
 *
 * @param settings what the queue was built with
 * @param threads makes and names threads
 * @param watch ends links that are stuck or that nobody reads
 * @param declaration makes and compares the queue on the server
 */
record RabbitParts(RabbitSettings settings, IoThreads threads, Watch watch, QueueDeclaration declaration) {}
