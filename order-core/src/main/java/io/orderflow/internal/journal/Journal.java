package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import java.util.List;

/**
 * The durable place in the database that accepts orders. Used by one thread at a time, the journal writer's; a call may
 * take as long as its connection lets it, and those that wait for it must have a bound.
 *
 * <ul>
 *   <li><b>J1 Written is committed.</b> An entry is reported {@link JournalOutcome.Written} only after the commit that
 *       holds its row, or its group's, was confirmed.
 *   <li><b>J2 One fate or one exception.</b> A call returns one outcome for each entry, in the order given, or throws,
 *       and then every entry of the call has the fate that {@link JournalException#fate()} names.
 *   <li><b>J3 The row wins.</b> An id that is taken is never overwritten: the same fingerprint is
 *       {@link JournalOutcome.Duplicate}, another one {@link JournalOutcome.Conflict}.
 *   <li><b>J4 A locked row costs once.</b> A call waits at most 1 s for locks. Entries whose rows others hold are then
 *       {@link JournalOutcome.Stuck} and were not written, the others have their outcome. Where the lock is on none of
 *       the rows (a stranger's on a gap, or on the table), no entry can be told from another, and the call throws. Only
 *       locks of both kinds together cost 2 s. {@link #settle} does not wait for rows that it finds locked.
 *   <li><b>J5 A hidden row harms its own order.</b> An entry whose id is taken by a row that no read shows (a proxy
 *       reads from a replica that lags) is {@link JournalOutcome.Stuck}; the others have their outcome.
 * </ul>
 */
public interface Journal {
    /**
     * Writes a group, mostly in one transaction.
     *
     * @param group 1 to 500 entries with distinct ids, in any order
     * @return one outcome for each entry, in the order given
     * @throws JournalException if the group as a whole was not written, or nobody knows whether it was
     */
    List<JournalOutcome> write(List<OrderEntry> group) throws JournalException;

    /**
     * Looks again at entries that were stuck: reads their rows without waiting for locks and writes those whose ids are
     * free now. An entry whose id is still locked is {@link JournalOutcome.Stuck} again.
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
     * Gives the connection back to the host's pool. Called when nothing was written for a while, and at the end; the
     * next call takes one again. Never throws.
     */
    void idle();
}
