package io.orderflow.simulation;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchivedChange;
import io.orderflow.ArchivedOrder;
import io.orderflow.Order;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.simulation.Trace.Met;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What archivists wrote, and what became of the rows of these orders (I16). */
final class ArchiveBook {
    private final Trace trace;
    private final Map<Long, Line> lines = new LinkedHashMap<>();
    private final Set<UUID> forgotten = new HashSet<>();

    /**
     * What an order's row had when it was written, which no line has.
     *
     * @param decision its decision number
     * @param hasContent false if the row keeps the id known, and nothing else
     */
    record Row(UUID id, long decision, boolean hasContent, Fingerprint fingerprint, byte[] request) {}

    /** What is written of an order. */
    static final class Line {
        private final Row row;
        private ArchivedOrder written;
        private boolean unread;
        private boolean gone;
        private boolean forgotten;
        private Optional<Duration> keptSince = Optional.empty();

        private Line(Row row, ArchivedOrder written) {
            this.row = row;
            this.written = written;
        }

        /** Its row as it was. */
        Row row() {
            return row;
        }

        Order order() {
            return written.order();
        }

        List<ArchivedChange> changes() {
            return written.changes();
        }

        /** Whether the order may have gone before there was a feed. */
        boolean mayBeUnread() {
            return unread;
        }
    }

    ArchiveBook(Trace trace) {
        this.trace = trace;
    }

    /**
     * An archivist wrote orders.
     *
     * @param rows the rows that these orders have
     * @param fed whether there was a feed before he began
     */
    void written(List<ArchivedOrder> orders, ArchiveConfig config, List<Row> rows, boolean fed) {
        for (ArchivedOrder order : orders) {
            long decision = order.order().decision().orElseThrow();
            UUID id = order.order().id();
            requireOld(order, config);
            Line line = lines.computeIfAbsent(
                    decision,
                    number -> new Line(
                            rows.stream()
                                    .filter(row -> row.id().equals(id) && row.decision() == number && row.hasContent())
                                    .findFirst()
                                    .orElseThrow(() -> new AssertionError("I16: " + order + " was not written before")),
                            order));
            again(line, order);
            line.unread |= !fed;
        }
    }

    private static void requireOld(ArchivedOrder order, ArchiveConfig config) {
        Instant bound = Instant.now().minus(config.olderThan());
        boolean old = Stream.concat(
                        order.order().decidedAt().stream(),
                        order.changes().stream().map(ArchivedChange::at))
                .allMatch(at -> at.isBefore(bound));
        require(old, "I16: archived before it is old enough: " + order);
    }

    /** Of two lines that one is true which has more changes; the other one has the first of these. */
    private void again(Line line, ArchivedOrder order) {
        if (line.written == order) {
            return;
        }
        trace.met(Met.WRITTEN_TWICE);
        List<ArchivedChange> before = timeless(line.written);
        List<ArchivedChange> now = timeless(order);
        int both = Math.min(before.size(), now.size());
        require(
                before.subList(0, both).equals(now.subList(0, both)),
                "I16: " + line.written + " was also written as " + order);
        if (now.size() >= before.size()) {
            line.written = order;
        }
    }

    /** The times become earlier as time passes. */
    private static List<ArchivedChange> timeless(ArchivedOrder order) {
        return order.changes().stream()
                .map(change -> new ArchivedChange(
                        change.type(),
                        change.reference(),
                        change.amount(),
                        change.credited(),
                        change.decision(),
                        Instant.EPOCH,
                        change.lines(),
                        change.restocked()))
                .toList();
    }

    /**
     * Somebody looks which orders are gone; after each transaction of an archivist, and before anybody else does
     * anything.
     *
     * @param rows of all orders that have a decision number
     * @param now how much time has passed for decisions
     */
    void looked(Collection<Row> rows, ArchiveConfig config, Duration now) {
        Set<Long> there = new HashSet<>();
        Set<Long> keys = new HashSet<>();
        rows.forEach(row -> (row.hasContent() ? there : keys).add(row.decision()));
        lines.forEach((decision, line) -> {
            if (there.contains(decision)) {
                require(!line.gone, "I16: an order is back: " + line.written);
                return;
            }
            if (!line.gone) {
                line.gone = true;
                trace.met(Met.ARCHIVED);
            }
            key(line, keys.contains(decision), config, now);
        });
        keys.forEach(decision -> require(lines.containsKey(decision), "I16: there is no line of decision " + decision));
    }

    private void key(Line line, boolean kept, ArchiveConfig config, Duration now) {
        if (kept) {
            require(!line.forgotten, "I16: a forgotten key is back: " + line.written);
            line.keptSince = line.keptSince.or(() -> Optional.of(now));
        } else if (!line.forgotten) {
            boolean keyless = !config.keepAllIds() && Requests.isNameless(line.row.id());
            boolean over = line.keptSince
                    .map(since -> now.minus(since).compareTo(config.keepKeys()) >= 0)
                    .orElse(config.keepKeys().isZero());
            require(keyless || over, "I16: the key was to stay known of " + line.written);
            line.forgotten = true;
            forgotten.add(line.row.id());
            if (!keyless) {
                trace.met(Met.KEY_FORGOTTEN);
            }
        }
    }

    /** Whether the order with this decision is archived and not known any more: it may be decided anew. */
    boolean isForgotten(long decision) {
        Line line = lines.get(decision);
        return line != null && line.forgotten;
    }

    /** Whether there was an order with this id that is not known any more. */
    boolean wasForgotten(UUID id) {
        return forgotten.contains(id);
    }

    /** The line of an order that is gone. */
    Optional<Line> gone(long decision) {
        return Optional.ofNullable(lines.get(decision)).filter(line -> line.gone);
    }

    /** The lines of all orders that are gone. */
    List<Line> gone() {
        return lines.values().stream().filter(line -> line.gone).toList();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }
}
