/**
 * The intake: from a submission to its answer. {@link io.orderflow.internal.intake.Intake} is the entry; its rules A1
 * to A8 are cited in the other classes. Not part of the public API.
 *
 * <pre>
 * submitter ──▶ Buffer ──▶ JournalWriter ──▶ journal ──▶ answer
 *                  │             └──▶ Backlog ──▶ Publisher ──▶ queue        (off the answer's path)
 *                  └──▶ Publisher ──▶ queue ──▶ answer                       (journal away, or queue only)
 * Router: who of the two takes from the buffer now.  Breaker: whether a place works.
 * Watchdog: deadlines, and flights that take too long, back to the buffer.
 * </pre>
 */
package io.orderflow.internal.intake;
