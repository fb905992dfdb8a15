package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderIds;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * That orders which a queue delivers have no rows. Where they have none, which is so as long as nothing but a queue or
 * the rows of groups accepts, looking for them is two statements for nothing: the INSERT tells. Groups carry orders
 * with time-ordered ids alone, so those and all others are expected apart. Thread-safe.
 */
record NoRows(Expectation timeOrdered, Expectation others) {
    /** Of a process that has decided nothing yet. */
    NoRows() {
        this(new Expectation(), new Expectation());
    }

    private static Predicate<UUID> which(boolean timeOrdered) {
        return order -> OrderIds.isTimeOrdered(order) == timeOrdered;
    }

    /** The orders that are expected to have no row, as far as is known now. */
    Predicate<UUID> now() {
        boolean ofTimeOrdered = timeOrdered.holds();
        boolean ofOthers = others.holds();
        return order -> OrderIds.isTimeOrdered(order) ? ofTimeOrdered : ofOthers;
    }

    /** A batch looked for the rows of orders and found some. */
    void seen(Collection<UUID> lookedFor, Set<UUID> rows) {
        seen(timeOrdered, which(true), lookedFor, rows);
        seen(others, which(false), lookedFor, rows);
    }

    private static void seen(
            Expectation expectation, Predicate<UUID> which, Collection<UUID> lookedFor, Set<UUID> rows) {
        if (lookedFor.stream().anyMatch(which)) {
            expectation.seen(rows.stream().noneMatch(which));
        }
    }

    /** A row was where none was expected; of which kind, nobody knows. */
    void failed() {
        timeOrdered.failed();
        others.failed();
    }
}
