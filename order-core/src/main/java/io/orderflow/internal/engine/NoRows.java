package io.orderflow.internal.engine;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * That orders which a queue delivers have no rows. Where they have none, which is so as long as nothing but a queue or
 * the rows of groups accepts, looking for them is two statements for nothing: the INSERT tells. Groups carry orders
 * with time-ordered ids alone, so those and all others are expected apart. Urgent orders have rows unless a queue alone
 * accepted them: they are always looked for, and say nothing about the others. Thread-safe.
 */
record NoRows(Expectation timeOrdered, Expectation others) {
    /** Of a process that has decided nothing yet. */
    NoRows() {
        this(new Expectation(), new Expectation());
    }

    private static Predicate<UUID> which(boolean timeOrdered, Set<UUID> urgent) {
        return order -> OrderIds.isTimeOrdered(order) == timeOrdered && !urgent.contains(order);
    }

    /** The orders that are expected to have no row, as far as is known now. */
    Predicate<OrderEntry> now() {
        boolean ofTimeOrdered = timeOrdered.holds();
        boolean ofOthers = others.holds();
        return order -> !order.isUrgent() && (OrderIds.isTimeOrdered(order.id()) ? ofTimeOrdered : ofOthers);
    }

    /**
     * A batch looked for the rows of some of its orders and found some.
     *
     * @param delivered all orders of the batch
     */
    void seen(List<OrderEntry> delivered, Collection<UUID> lookedFor, Set<UUID> rows) {
        Set<UUID> urgent = delivered.stream()
                .filter(OrderEntry::isUrgent)
                .map(OrderEntry::id)
                .collect(Collectors.toSet());
        seen(timeOrdered, which(true, urgent), lookedFor, rows);
        seen(others, which(false, urgent), lookedFor, rows);
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
