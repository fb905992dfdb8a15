package io.orderflow.internal.journal;

import static java.util.Objects.requireNonNull;

import io.orderflow.Order;

/** What became of one entry in the journal. */
public sealed interface JournalOutcome {
    /** The entry has a PENDING row now, and the commit was confirmed. */
    record Written() implements JournalOutcome {}

    /**
     * The row was there before, with the same content.
     *
     * @param order the order as the row has it now
     */
    record Duplicate(Order order) implements JournalOutcome {
        /** Checks that the order is there. */
        public Duplicate {
            requireNonNull(order, "order");
        }
    }

    /** The row was there before, with other content. */
    record Conflict() implements JournalOutcome {}

    /** Another transaction holds the id's row; the entry was not written. */
    record Stuck() implements JournalOutcome {}

    /** The outcome of every entry that was written. */
    JournalOutcome WRITTEN = new Written();

    /** The outcome of every entry in conflict. */
    JournalOutcome CONFLICT = new Conflict();

    /** The outcome of every entry that is stuck. */
    JournalOutcome STUCK = new Stuck();
}
