package io.orderflow.queue.rabbit;

/**
 * What everything of one queue object has in common; each part is thread-safe.
 *
 * @param settings what the queue was built with
 * @param nodes the nodes of the cluster, in the order in which connections try them
 * @param threads makes and names threads
 * @param watch ends links that are stuck or that nobody reads
 * @param declaration makes and compares the queue on the server
 */
record RabbitParts(
        RabbitSettings settings, Nodes nodes, IoThreads threads, Watch watch, QueueDeclaration declaration) {}
