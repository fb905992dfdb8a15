/**
 * The intake: from a submission to its answer. {@link io.orderflow.internal.intake.Intake} is the entry; its rules A1
 * to A8 are cited in the other classes. Not part of the public API.
 *
 * <pre>
 * submitter ──▶ Admission ──▶ Buffer ──▶ JournalWriter ──▶ journal ──▶ answer
 *                               │             └──▶ Outbox ──▶ Publisher ──▶ queue        (off the answer's path)
 *                               └──▶ Publisher ──▶ queue ──▶ answer                      (journal away, or queue only)
 * DurablePlace: the journal or the queue for its one user: what is on its way there, whether it works (Breaker).
 * Router: which of the two places takes from the buffer now; told by the places.
 * Watchdog: deadlines, and flights that take too long, back to the buffer.
 * IntakeAssembly: who is given what.
 * </pre>
 *
 * Locks: the buffer's, a breaker's and the backlog's. Each is held for the look or the change alone, none of them while
 * another one is taken, and none during a call of a place, of the listener, of the log or of the host's code (A6).
 */
package io.orderflow.internal.intake;
