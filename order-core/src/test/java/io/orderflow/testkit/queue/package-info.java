/**
 * What an implementer of a queue tests it with: the contract ({@link io.orderflow.testkit.queue.OrderQueueContract},
 * {@link io.orderflow.testkit.queue.SharedQueueContract}), a worked example
 * ({@link io.orderflow.testkit.queue.FolderQueue}), and queues that forward to another one.
 *
 * <p>Needs JUnit Jupiter beside {@code order-core}.
 */
package io.orderflow.testkit.queue;
