package io.orderflow.internal.journal;

import static java.util.Objects.requireNonNull;

import io.orderflow.Order;
import io.orderflow.internal.codec.OrderEntry;

/** What became of one entry in the journal. */
public sealed interface JournalOutcome {
    /** The entry is in the journal now, and the commit was confirmed. */
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

    /**
     * The entry was not written, and nobody can say yet what becomes of it.
     *
     * @param why what keeps it, for the answer of who waits for it
     */
    record Stuck(String why) implements JournalOutcome {
        /** Checks that there is a reason. */
        public Stuck {
            requireNonNull(why, "why");
        }
    }

    /** The outcome of an entry whose id is taken. */
    static JournalOutcome ofKnown(OrderReader.Stored known, OrderEntry entry) {
        return known.fingerprint().equals(entry.fingerprint()) ? new Duplicate(known.order()) : CONFLICT;
    }

    /** The outcome of every entry that was written. */
    JournalOutcome WRITTEN = new Written();

    /** The outcome of every entry in conflict. */
    JournalOutcome CONFLICT = new Conflict();

    /** The outcome of every entry whose row another transaction holds. */
    JournalOutcome STUCK = new Stuck("its row is locked by another transaction");
}
