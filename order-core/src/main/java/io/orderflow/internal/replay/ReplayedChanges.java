package io.orderflow.internal.replay;

import io.orderflow.OrderLine;
import io.orderflow.internal.codec.OrderEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Changes of orders as they are replayed, one after the other. Keeps the orders that were changed, and no others. Not
 * thread-safe.
 */
final class ReplayedChanges {
    private static final int CANCEL = 1;
    private static final int REFUND = 2;
    private static final int REFUND_REST = 3;
    private static final int CONFIRM = 4;
    private static final int RELEASE = 5;
    private static final int EXPIRE = 6;

    private final ShopModel shop;
    private final Set<UUID> changed;
    private final Consumer<String> differs;
    private final Map<UUID, Taken> taken = new HashMap<>();

    /** The statuses that changed orders must have. */
    private final Map<UUID, Status> statuses = new HashMap<>();

    private Change current;

    /** The statuses of the tables, written down a second time. */
    private enum Status {
        COMPLETED(1),
        REJECTED(2),
        RESERVED(5),
        CANCELLED(6),
        EXPIRED(7),
        REFUNDED(8),
        RELEASED(9);

        private final int code;

        Status(int code) {
            this.code = code;
        }
    }

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

    /**
     * An order has its verdict.
     *
     * @param lines priced, if it took something
     * @param now its status in the end
     */
    void decided(OrderEntry order, List<OrderLine> lines, int now) {
        Status verdict =
                lines.isEmpty() ? Status.REJECTED : order.holdFor().isPresent() ? Status.RESERVED : Status.COMPLETED;
        if (!changed.contains(order.id())) {
            if (now != verdict.code && (verdict == Status.RESERVED || now > Status.REJECTED.code)) {
                differs.accept("order " + order.id() + " has status " + now + " and should be " + verdict);
            }
            return;
        }
        if (statuses.put(order.id(), verdict) != null) {
            differs.accept("order " + order.id() + " was cancelled before its verdict");
        }
        List<Integer> left = new ArrayList<>();
        lines.forEach(line -> left.add(line.quantity()));
        List<Integer> counts =
                lines.stream().map(line -> shop.countOf(line.product())).toList();
        taken.put(order.id(), new Taken(order.buyer(), order.needsWallet(), lines, counts, left));
    }

    /** A change begins; the one before is over. */
    void begin(Change change) {
        end();
        Status before = statuses.get(change.order());
        if (change.kind() == CANCEL && before != Status.RESERVED) {
            become(change, null, Status.CANCELLED);
        } else if (change.kind() == CONFIRM) {
            become(change, Status.RESERVED, Status.COMPLETED);
        } else {
            current = change;
        }
    }

    private void become(Change change, Status from, Status to) {
        Status before = statuses.put(change.order(), to);
        if (before != from || change.amount() != 0 || change.credited() != 0) {
            differs.accept("order " + change.order() + " was " + before + " and could not be " + to + " by " + change);
        }
    }

    /** Pieces of the current change. */
    void piece(int line, int quantity, boolean restocked) {
        Taken order = current == null ? null : taken.get(current.order());
        if (order == null || line >= order.lines().size() || order.left().get(line) < quantity) {
            differs.accept("pieces of line " + line + " could not be given back");
            return;
        }
        if (!restocked && !isRefund(current)) {
            differs.accept("pieces that " + current + " gives back did not go to the stock");
        }
        current.pieces().put(line, quantity);
        order.left().set(line, order.left().get(line) - quantity);
        shop.giveBack(
                order.lines().get(line).product(),
                order.buyer(),
                quantity,
                order.counts().get(line));
        if (restocked && !shop.addToStock(order.lines().get(line).product(), quantity)) {
            differs.accept("change " + current.number() + " should have been refused for the stock");
        }
    }

    private static boolean isRefund(Change change) {
        return change.kind() == REFUND || change.kind() == REFUND_REST;
    }

    /** The current change has no more pieces. */
    void end() {
        if (current == null) {
            return;
        }
        Change change = current;
        current = null;
        Taken order = taken.get(change.order());
        Status before = statuses.get(change.order());
        Status needed = isRefund(change) ? Status.COMPLETED : Status.RESERVED;
        if (order == null || before != needed || change.kind() < CANCEL || change.kind() > EXPIRE) {
            differs.accept("change " + change + " should have been refused, the order was " + before);
            return;
        }
        givenBack(change, order);
        if (order.isNothing()) {
            statuses.put(change.order(), after(change.kind()));
        }
    }

    private static Status after(int kind) {
        return switch (kind) {
            case CANCEL, RELEASE -> Status.RELEASED;
            case EXPIRE -> Status.EXPIRED;
            default -> Status.REFUNDED;
        };
    }

    private void givenBack(Change change, Taken order) {
        long amount = 0;
        for (Map.Entry<Integer, Integer> piece : change.pieces().entrySet()) {
            amount += order.lines().get(piece.getKey()).unitPrice().getAsLong() * piece.getValue();
        }
        boolean wrongAmount = change.amount() != amount || change.credited() != (order.fromWallet() ? amount : 0);
        boolean wrongOrder = change.buyer() != order.buyer() || change.pieces().isEmpty();
        if (wrongAmount || wrongOrder || change.kind() != REFUND && !order.isNothing()) {
            differs.accept("change " + change.number() + " is " + change + " and should give back " + amount + " to "
                    + order.buyer() + ", leaving " + order.left());
        }
        if (order.fromWallet() && !shop.addToWallet(order.buyer(), change.credited())) {
            differs.accept("change " + change.number() + " should have been refused for the wallet");
        }
    }

    /** An order has one of the statuses that not every order gets. */
    void state(UUID order, int status) {
        if (changed.contains(order)) {
            Status expected = statuses.remove(order);
            if (expected == null || expected.code != status) {
                differs.accept("order " + order + " has status " + status + " and should be " + expected);
            }
        }
    }

    /** All orders were looked at. */
    void endOfStates() {
        statuses.forEach((order, status) -> {
            if (status != Status.COMPLETED && status != Status.REJECTED) {
                differs.accept("order " + order + " should be " + status);
            }
        });
    }
}
