package io.orderflow;

import java.util.Optional;

/**
 * Pauses and resumes deciding for the whole shop, in every process that works on its tables. Thread-safe.
 *
 * <p>Once {@link #pause} has returned, no order of the shop gets a verdict until somebody calls {@link #resume}: not by
 * a worker, not by recovery, in no process, and no batch that was under way is committed later. The pause stands in the
 * database and outlives every process. It is not promised where two servers of a cluster are written to at a time, and
 * it goes as far back as the database does when that loses its last commits.
 *
 * <p>All else goes on: orders are accepted and published, feeds are read, stock and prices are changed, holds expire,
 * and orders are cancelled, confirmed, released and refunded. A pending order that is cancelled meanwhile is
 * {@link OrderStatus#CANCELLED}. Workers keep what they have in hand, renew their leases, receive nothing more, and
 * look twice a second whether deciding was resumed. No attempt is counted meanwhile.
 *
 * <p>Each method may throw {@link StoreUnavailableException} when the database cannot be reached or does not answer, or
 * the adjustment time-out is over; repeating the call is then safe. Names and reasons are 1 to
 * {@link Limits#KEY_LENGTH} characters without control characters; others are refused with
 * {@link InvalidOrderException} before anything is done. They stand in the log.
 */
public interface Deciding {
    /**
     * Pauses deciding, and waits until the batches under way are committed, which takes milliseconds as a rule. While
     * it is paused already nothing is changed.
     *
     * @param by who asks for it
     * @param reason why, for those who wonder
     * @return the pause that is in force: another one's if deciding was paused before
     */
    DecidingPause pause(String by, String reason);

    /**
     * Resumes deciding. Workers of this process and of others go on within a second.
     *
     * @param by who asks for it
     * @return the pause that it ended; empty if deciding was not paused
     */
    Optional<DecidingPause> resume(String by);

    /** The pause that is in force; empty if deciding is not paused. Asks the database. */
    Optional<DecidingPause> paused();
}
