package io.orderflow.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is left of an order that took something: the lines that were charged, less the pieces that were given back.
 * Lives as long as its transaction. Not thread-safe.
 */
final class Remainder {
    private final List<Line> lines = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();

    /**
     * A line as it was charged.
     *
     * @param limited whether its product has a limit for each buyer
     */
    record Line(long product, int quantity, long unitPrice, boolean limited) {}

    /** Adds the order's next line. */
    void add(Line line) {
        lines.add(line);
        left.add(line.quantity());
    }

    /** Whether the order has such a line. */
    boolean has(int line) {
        return line >= 0 && line < lines.size();
    }

    /** The first line that a refund names and the order does not have. */
    Optional<Integer> unknownLine(Refund refund) {
        return refund.pieces().keySet().stream().filter(line -> !has(line)).min(Integer::compare);
    }

    /**
     * The products of the lines that a refund may give back whose stock it changes, or whose limit it concerns; what it
     * names wrongly is left out.
     */
    Set<Long> products(Refund refund) {
        Set<Long> products = new TreeSet<>();
        for (int line = 0; line < lines.size(); line++) {
            boolean named = refund.pieces().isEmpty() || refund.pieces().containsKey(line);
            if (named && (refund.restock() || lines.get(line).limited())) {
                products.add(lines.get(line).product());
            }
        }
        return products;
    }

    /** Whether one of its products has a limit for each buyer. */
    boolean isLimited() {
        return lines.stream().anyMatch(Line::limited);
    }

    /** How many pieces are left of each line. */
    List<Integer> left() {
        return List.copyOf(left);
    }

    boolean isNothing() {
        return left.stream().allMatch(pieces -> pieces == 0);
    }

    /** The pieces that a refund gives back, by line: those it names, or all that is left. */
    Map<Integer, Integer> piecesOf(Refund refund) {
        return refund.kind() == OrderChange.Kind.REFUND_REST ? rest() : new TreeMap<>(refund.pieces());
    }

    /** The pieces that are left, by line. */
    Map<Integer, Integer> rest() {
        Map<Integer, Integer> pieces = new TreeMap<>();
        for (int line = 0; line < left.size(); line++) {
            if (left.get(line) > 0) {
                pieces.put(line, left.get(line));
            }
        }
        return pieces;
    }

    /** Whether so many pieces are left, and at least one is asked for. All lines must be there. */
    boolean covers(Map<Integer, Integer> pieces) {
        return !pieces.isEmpty()
                && pieces.entrySet().stream().allMatch(asked -> left.get(asked.getKey()) >= asked.getValue());
    }

    /** What was charged for the pieces, in minor units. */
    long amountOf(Map<Integer, Integer> pieces) {
        return pieces.entrySet().stream()
                .mapToLong(asked -> asked.getValue() * lines.get(asked.getKey()).unitPrice())
                .sum();
    }

    /** How many pieces of which product they are. */
    Map<Long, Long> byProduct(Map<Integer, Integer> pieces) {
        Map<Long, Long> products = new TreeMap<>();
        pieces.forEach((line, quantity) -> products.merge(lines.get(line).product(), (long) quantity, Long::sum));
        return products;
    }

    /** Takes off pieces that were given back. */
    void take(int line, int pieces) {
        left.set(line, left.get(line) - pieces);
    }
}
