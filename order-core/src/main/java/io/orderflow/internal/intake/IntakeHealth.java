package io.orderflow.internal.intake;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How the intake is at one moment, as known without asking anybody.
 *
 * @param accepting whether any place takes new submissions
 * @param waiting submissions without an answer
 * @param journal the journal, as the intake's writes and probes found it
 * @param queue the queue, as the intake's publishing and probes found it
 * @param backlog journaled orders that wait for their publishing
 * @param unpublished orders since the start that were journaled but not published, as far as is known; never goes down
 * @param lastWrite when the journal last confirmed a commit; empty before the first time
 * @param troubles what holds up which of its threads, other than a place that is away; {@code callbacks} is the host's
 *     code
 */
public record IntakeHealth(
        boolean accepting,
        int waiting,
        Place journal,
        Place queue,
        int backlog,
        long unpublished,
        Optional<Instant> lastWrite,
        Map<String, String> troubles) {
    /** Checks that nothing is missing. */
    public IntakeHealth {
        troubles = Map.copyOf(troubles);
        requireNonNull(journal, "journal");
        requireNonNull(queue, "queue");
        requireNonNull(lastWrite, "lastWrite");
    }

    /**
     * A place that can make an order durable.
     *
     * @param away whether it failed, and no call or probe has succeeded since; of the journal, also before the first
     *     contact
     * @param lastError what was seen when it failed last, or that there was no contact yet; otherwise empty
     */
    public record Place(boolean away, String lastError) {
        /** Checks that nothing is missing. */
        public Place {
            requireNonNull(lastError, "lastError");
        }
    }
}
