package io.orderflow.model;

import io.orderflow.OrderLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Cancellations and refunds as they are replayed, one after the other. Keeps the orders that were changed, and no
 * others. Not thread-safe.
 */
final class ReplayedChanges {
    private static final int CANCEL = 1;
    private static final int REFUND = 2;
    private static final int REFUND_REST = 3;

    private final ShopModel shop;
    private final Set<UUID> changed;
    private final Consumer<String> differs;
    private final Map<UUID, Taken> taken = new HashMap<>();
    private final Set<UUID> decided = new HashSet<>();
    private final Set<UUID> cancelled = new HashSet<>();
    private Change current;

    /** What an order took, and how many pieces of each line it still has. */
    private record Taken(
            long buyer, boolean fromWallet, List<OrderLine> lines, List<Integer> counts, List<Integer> left) {
        boolean isNothing() {
            return left.stream().allMatch(pieces -> pieces == 0);
        }
    }

    /** What is recorded of a change; its pieces come after it. */
    record Change(
            UUID order, int kind, long buyer, long amount, long credited, String number, Map<Integer, Integer> pieces) {
        Change(UUID order, int kind, long buyer, long amount, long credited, String number) {
            this(order, kind, buyer, amount, credited, number, new TreeMap<>());
        }
    }

    /**
     * Nothing replayed yet.
     *
     * @param changed the orders that have changes
     */
    ReplayedChanges(ShopModel shop, Set<UUID> changed, Consumer<String> differs) {
        this.shop = shop;
        this.changed = changed;
        this.differs = differs;
    }

    /** An order has its verdict; with lines, priced, if it was completed. */
    void decided(UUID order, long buyer, boolean fromWallet, List<OrderLine> lines) {
        if (!changed.contains(order)) {
            return;
        }
        if (cancelled.contains(order)) {
            differs.accept("order " + order + " was cancelled before its verdict");
        }
        decided.add(order);
        if (!lines.isEmpty()) {
            List<Integer> left = new ArrayList<>();
            lines.forEach(line -> left.add(line.quantity()));
            List<Integer> counts =
                    lines.stream().map(line -> shop.countOf(line.product())).toList();
            taken.put(order, new Taken(buyer, fromWallet, lines, counts, left));
        }
    }

    /** A change begins; the one before is over. */
    void begin(Change change) {
        end();
        if (change.kind() == CANCEL) {
            if (!cancelled.add(change.order()) || decided.contains(change.order())) {
                differs.accept("order " + change.order() + " could not be cancelled at " + change.number());
            }
        } else {
            current = change;
        }
    }

    /** Pieces of the current change. */
    void piece(int line, int quantity, boolean restocked) {
        Taken order = current == null ? null : taken.get(current.order());
        if (order == null || line >= order.lines().size() || order.left().get(line) < quantity) {
            differs.accept("pieces of line " + line + " could not be given back");
            return;
        }
        current.pieces().put(line, quantity);
        order.left().set(line, order.left().get(line) - quantity);
        shop.giveBack(
                order.lines().get(line).product(),
                order.buyer(),
                quantity,
                order.counts().get(line));
        if (restocked && !shop.addToStock(order.lines().get(line).product(), quantity)) {
            differs.accept("refund " + current.number() + " should have been refused for the stock");
        }
    }

    /** The current change has no more pieces. */
    void end() {
        if (current == null) {
            return;
        }
        Change refund = current;
        current = null;
        Taken order = taken.get(refund.order());
        if (order == null || refund.kind() != REFUND && refund.kind() != REFUND_REST) {
            differs.accept("refund " + refund.number() + " of order " + refund.order() + " should have been refused");
            return;
        }
        long amount = 0;
        for (Map.Entry<Integer, Integer> piece : refund.pieces().entrySet()) {
            amount += order.lines().get(piece.getKey()).unitPrice().getAsLong() * piece.getValue();
        }
        boolean wrongAmount = refund.amount() != amount || refund.credited() != (order.fromWallet() ? amount : 0);
        boolean wrongOrder = refund.buyer() != order.buyer() || refund.pieces().isEmpty();
        if (wrongAmount || wrongOrder || refund.kind() == REFUND_REST && !order.isNothing()) {
            differs.accept("refund " + refund.number() + " is " + refund + " and should give back " + amount + " to "
                    + order.buyer() + ", leaving " + order.left());
        }
        if (order.fromWallet() && !shop.addToWallet(order.buyer(), refund.credited())) {
            differs.accept("refund " + refund.number() + " should have been refused for the wallet");
        }
    }

    /** An order has one of the two states that only a change gives. */
    void state(UUID order, boolean isRefunded) {
        Taken what = taken.get(order);
        boolean expected = isRefunded ? what != null && what.isNothing() : cancelled.remove(order);
        if (!expected) {
            differs.accept("order " + order + " should not be " + (isRefunded ? "refunded" : "cancelled"));
        }
        if (isRefunded) {
            taken.remove(order);
        }
    }

    /** All orders were looked at. */
    void endOfStates() {
        cancelled.forEach(order -> differs.accept("order " + order + " should be cancelled"));
        taken.forEach((order, what) -> {
            if (what.isNothing()) {
                differs.accept("order " + order + " should be refunded");
            }
        });
    }
}
