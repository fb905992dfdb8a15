package io.orderflow;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where dead letters are looked at, where parked orders are brought back from, and where what nobody needs is
 * discarded. Thread-safe. Each change is safe to repeat: it is done once, and then the dead letter is gone.
 *
 * <p>An order that is brought back keeps its id and its content. It is undecided again, and is decided once, by whoever
 * comes first: recovery, or a worker that its message is delivered to once more. When that fails as before, it is
 * parked again, with the same dead letter id.
 *
 * <p>Each method may throw {@link StoreUnavailableException} when the database cannot be reached or does not answer, or
 * the adjustment time-out is over; repeating the call is then safe. Dead letters are named by their
 * {@link DeadLetter#id}, in upper or lower case. A value that breaks its rule is refused with
 * {@link InvalidOrderException} before anything is done.
 *
 * <p>Who asks for a change says so by a name, 1 to {@link Limits#KEY_LENGTH} characters without control characters. It
 * stands in the log, in one line for each call that changed something, with the dead letter and never with its bytes.
 */
public interface DeadLetterOffice {
    /**
     * Lists dead letters, newest first, without their bytes.
     *
     * @throws IllegalArgumentException if {@code page.after()} is not the {@code next} of a page of dead letters
     */
    Page<DeadLetter> page(DeadLetterFilter filter, PageRequest page);

    /** Opens one: its bytes, what they say, and the order that it is about. */
    Optional<OpenedDeadLetter> find(String id);

    /**
     * Brings a parked order back. In one transaction its status is {@link OrderStatus#PENDING} again, and the dead
     * letter and the memory of failed attempts go. The workers of this process look for it at once, those of others
     * within a second.
     *
     * @param by who asks for it
     */
    DeadLetterResult redrive(String id, String by);

    /**
     * Brings back all parked orders that the filter means, in transactions of at most {@link Limits#BATCH_ORDERS}. Only
     * dead letters with the reasons {@link DeadLetterReason#POISON} and {@link DeadLetterReason#CRASHED_WORKER} are
     * looked at, each once: one that is parked again meanwhile is left. When it fails on the way, what was committed
     * stays done, and the exception says how much.
     *
     * @param by who asks for it
     * @param progress told the sums after each transaction, by the calling thread; what it throws ends the call
     */
    DeadLetterTally redriveAll(DeadLetterFilter filter, String by, Consumer<DeadLetterTally> progress);

    /**
     * Takes a dead letter out for good. One under which an order is parked is refused, so that no order is lost.
     *
     * @param by who asks for it
     */
    DeadLetterResult discard(String id, String by);

    /**
     * Takes out all dead letters that the filter means, but those under which orders are parked, in transactions of at
     * most {@link Limits#BATCH_ORDERS}. When it fails on the way, what was committed stays done, and the exception says
     * how much.
     *
     * @param by who asks for it
     * @param progress told the sums after each transaction, by the calling thread; what it throws ends the call
     */
    DeadLetterTally discardAll(DeadLetterFilter filter, String by, Consumer<DeadLetterTally> progress);
}
