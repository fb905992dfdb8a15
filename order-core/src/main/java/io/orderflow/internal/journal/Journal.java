package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import java.util.List;

/**
 * The durable place that accepts orders as PENDING rows. Used by one thread at a time, the journal writer's; a call may take
 * as long as its connection lets it, and whoever waits for it must not wait without a bound.
 *
 * <ul>
 *   <li><b>J1 Written is committed.</b> An entry is reported {@link JournalOutcome.Written} only after the commit that holds
 *       its row was confirmed.
 *   <li><b>J2 One fate or one exception.</b> A call returns one outcome for each entry, in the order given, or throws, and
 *       then every entry of the call has the fate that {@link JournalException#fate()} names.
 *   <li><b>J3 The row wins.</b> An id that is taken is never overwritten: the same fingerprint is {@link
 *       JournalOutcome.Duplicate}, another one {@link JournalOutcome.Conflict}.
 *   <li><b>J4 A locked row costs once.</b> {@link #write} waits at most 1 s for row locks, in all; the entries that had to wait
 *       are {@link JournalOutcome.Stuck} and were not written, the others have their outcome. {@link #settle} waits for none.
 * </ul>
 */
public interface Journal {
    /**
     * Writes a group in one transaction.
     *
     * @param group 1 to 500 entries with distinct ids, in any order
     * @return one outcome for each entry, in the order given
     * @throws JournalException if the group as a whole was not written, or nobody knows whether it was
     */
    List<JournalOutcome> write(List<OrderEntry> group) throws JournalException;

    /**
     * Looks again at entries that were stuck: reads their rows without waiting for locks and writes those whose ids are free
     * now. An entry whose id is still locked is {@link JournalOutcome.Stuck} again.
     *
     * @param stuck 1 to 500 entries with distinct ids, in any order
     * @return one outcome for each entry, in the order given
     * @throws JournalException if nothing was written, or nobody knows whether something was
     */
    List<JournalOutcome> settle(List<OrderEntry> stuck) throws JournalException;

    /**
     * Asks whether a write would succeed now: a connection can be had, the server passed its verification, and it is
     * writable. Writes nothing.
     *
     * @throws JournalException if not; says why
     */
    void probe() throws JournalException;

    /**
     * Gives the connection back to the host's pool. Called when nothing was written for a while, and at the end; the next call
     * takes one again. Never throws.
     */
    void idle();
}
