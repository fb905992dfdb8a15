package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One thing that a thread has begun and tries again until it is done.
 *
 * @param <O> an order, as its {@link Origin} knows it
 */
sealed interface Work<O> {
    /**
     * Decide orders together.
     *
     * @param around whether orders that need rows which others hold are left out
     */
    record Decide<O>(List<O> orders, boolean around, Claimed claimed) implements Work<O> {
        /** Two halves, to find out which of the orders makes the batch fail. */
        List<Work<O>> halves() {
            int middle = orders.size() / 2;
            return List.of(
                    new Decide<>(orders.subList(0, middle), around, claimed),
                    new Decide<>(orders.subList(middle, orders.size()), around, claimed));
        }

        Decide<O> goingAround() {
            return new Decide<>(orders, true, claimed);
        }

        /** The same, after it failed somewhere. */
        Decide<O> again() {
            return new Decide<>(orders, around, isClaimed() ? Claimed.MAYBE : Claimed.NEEDLESS);
        }

        /** Whether there may be claims of the caller's own on the orders. */
        boolean isClaimed() {
            return claimed != Claimed.NEEDLESS;
        }
    }

    /** What is known of the caller's own claims on the orders of a batch. */
    enum Claimed {
        /** The orders are decided without claims. */
        NEEDLESS,
        NOT,
        /** An attempt failed, or its answer was lost. The leases of what was claimed begin anew with the next one. */
        MAYBE,
        YES
    }

    /** Decide one order alone that was in work when a worker died, under a claim of its own. */
    record Isolate<O>(O order) implements Work<O> {}

    /**
     * Set an order aside that cannot be decided.
     *
     * @param attempts how often it was tried alone
     */
    record Park<O>(O order, DeadLetterReason reason, String detail, int attempts) implements Work<O> {}

    /** Take back the claims on orders whose attempts ended. */
    record EndAttempts<O>(List<UUID> orders) implements Work<O> {}

    /** Take back the claim on an order whose isolated attempt ended without a verdict. */
    record Release<O>(UUID order) implements Work<O> {}

    /**
     * Set something aside that is no order of its own.
     *
     * @param bytes how much memory it holds
     */
    record SetAside<O>(long bytes, Statements statements) implements Work<O> {}

    /**
     * Write something that leaves nothing behind: what was decided before is on a server that could still be written to
     * then.
     */
    record Look<O>(Statements statements) implements Work<O> {}

    /** Take the next piece of what is too much to be taken at once. The database is not asked. */
    record Next<O>(Supplier<List<Work<O>>> source) implements Work<O> {}

    /** What is done in the database, and what follows from it. */
    @FunctionalInterface
    interface Statements {
        void run(Session session) throws SQLException;
    }
}
