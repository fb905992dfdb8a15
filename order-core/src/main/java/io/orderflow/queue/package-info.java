/**
 * The queue SPI: what carries accepted orders, as opaque messages, from the intake to the workers. For those who write
 * an adapter; hosts pass a queue to the builder, nothing is discovered.
 *
 * <p>The queue is never the truth: the database's order rows are. A queue may deliver a message twice, late or in
 * another order; it may never say that it stored a message which it did not store.
 *
 * <ul>
 *   <li><b>Q1 No I/O until used.</b> Building a queue does none. Any method may be the first; an outage at that moment
 *       is that call's failure and mends itself for later calls.
 *   <li><b>Q2 Publish has three outcomes.</b> DONE only after the queue said that it has the message. REFUSED only when
 *       it certainly does not have it and never will. Everything else is UNKNOWN. An outage is one of these, never an
 *       exception.
 *   <li><b>Q3 Publish is bounded.</b> It returns within its time-out and 100 ms, also when the server is frozen or the
 *       network swallows packets.
 *   <li><b>Q4 At least once.</b> A message whose publish was DONE is delivered again and again until it is acked, also
 *       after the consumer's death.
 *   <li><b>Q5 Exact bytes.</b> Messages of 1 to {@code largestMessage()} bytes, of any content, arrive as they were
 *       given. Larger ones, which others put there, hold up nothing: they come as
 *       {@link io.orderflow.queue.Delivery#oversized}.
 *   <li><b>Q6 Lease.</b> A message that a consumer holds is given to no other consumer before its lease ended without
 *       renewal; after that it is, within one more lease. {@code renew} starts the lease anew and says what was lost;
 *       what the store has not just confirmed as held is not called held. Leases of 1 s to 15 min are taken, longer
 *       ones where the queue can; all others are the caller's mistake.
 *   <li><b>Q7 Ack removes.</b> An acked message is not delivered again and no longer counts in {@code depth()}. Acking
 *       a message whose lease was lost never removes another message and is not an error. Any other ack that was not
 *       done throws.
 *   <li><b>Q8 Release returns.</b> A released message can be received again at once, by any consumer, also by one that
 *       waits. What a consumer holds when it is closed comes back at once too, as far as the server can be reached.
 *   <li><b>Q9 Receive is bounded.</b> It returns within its wait and 1 s, with at most as many messages as were asked
 *       for, new or come back. Without a message it returns an empty list. Every other call returns within 10 s, also
 *       when the server is frozen; publish has Q3.
 *   <li><b>Q10 Durability is the truth now.</b> DURABLE only while the server's settings, read in the last minute, make
 *       a stored message survive kill -9 of the server.
 *   <li><b>Q11 Deliveries are counted.</b> A message delivered for the first time says 0 deliveries before; after an
 *       expired lease or a release, where the queue counts, more. The number is a hint.
 *   <li><b>Q12 Threads.</b> Every method of a queue may be called by any thread; a consumer and its deliveries belong
 *       to one thread.
 *   <li><b>Q13 Close.</b> {@code close()} makes waiting calls return, publish say REFUSED and receive throw
 *       {@link io.orderflow.queue.QueueException}; it is idempotent and leaves stored messages where they are.
 * </ul>
 *
 * <h2>A queue of your own</h2>
 *
 * <p>An adapter is two classes, an {@link io.orderflow.queue.OrderQueue} and its
 * {@link io.orderflow.queue.QueueConsumer}, and a {@link io.orderflow.queue.Delivery} that remembers how to settle a
 * message. In the order in which one writes it:
 *
 * <ol>
 *   <li><b>Publish.</b> Decide what proves that the store has the message: that, and nothing earlier, is DONE. An error
 *       before the message could possibly be stored is REFUSED, every later one UNKNOWN (Q2); when in doubt UNKNOWN,
 *       since a REFUSED order is told "not accepted" and may be decided all the same. Give the client library a finite
 *       time-out for connecting and for reading, or wait for it on another thread: a publisher that hangs stops the
 *       intake (Q3).
 *   <li><b>A lease.</b> A received message needs a mark in the store that ends by time, and that says whose it is: a
 *       visibility time-out, an owner and a deadline in a row, a name. Settle by that mark, never by the message alone:
 *       an ack after the lease was lost must not remove what another consumer holds now (Q6, Q7).
 *   <li><b>Receive.</b> Wait in the store if it can wait, in short sleeps if not, at most as long as asked (Q9), on a
 *       connection that nobody else needs meanwhile. After an error throw {@link io.orderflow.queue.QueueException}:
 *       the worker closes the consumer, pauses and opens another one; reconnecting inside of a consumer is not needed.
 *   <li><b>Durability.</b> Say WEAK until you have read the settings of the server that say otherwise (Q10). WEAK costs
 *       nothing as long as the database is there; while it is away, orders are then refused and not promised.
 *   <li><b>Bounds.</b> Messages are at most 256 KiB; a store that takes less cannot carry them (Q5). Names and messages
 *       of exceptions end in logs: no password, no payload. {@link io.orderflow.queue.QueueChecks} refuses wrong
 *       arguments in the words that all queues use.
 * </ol>
 *
 * <p><b>The contract test.</b> The test jar of {@code order-core} (classifier {@code tests}, type {@code test-jar},
 * beside {@code junit-jupiter} 6) has {@code OrderQueueContract}: extend it, say how to open your queue, and each rule
 * above is tested. {@code SharedQueueContract} adds what holds when the server is killed, frozen and started again; it
 * asks you for a {@code ServerControl} that does so. A rule that a store cannot keep is overridden with
 * {@code @Disabled} and the reason, for your users to read.
 *
 * <p><b>An example</b> is in the same jar and in the tests of {@code order-core}:
 * {@code io.orderflow.testkit.queue.FolderQueue} keeps its messages in a folder, one file for each, and
 * {@code FolderQueueContractTest} holds it to the contract. The file's name says how often the message was delivered
 * and until when it is held, and every step is one atomic rename: of two consumers that want a message one has it, and
 * of a consumer that was too late the rename fails.
 */
@NullMarked
package io.orderflow.queue;

import org.jspecify.annotations.NullMarked;
