package io.orderflow.simulation;

import io.orderflow.CancelResult;
import io.orderflow.ConfirmResult;
import io.orderflow.Order;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.simulation.SimulationBook.Content;
import io.orderflow.simulation.Trace.Met;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What somebody was told of changes that he asked for. */
final class ChangeBook {
    private final Trace trace;
    private final Predicate<UUID> forgotten;
    private final Consumer<Order> shown;
    private final Map<UUID, Long> cancelled = new HashMap<>();
    private final Map<UUID, End> ends = new HashMap<>();
    private final Map<String, Long> refunded = new HashMap<>();

    /** How and in which place a hold was ended on request. */
    record End(Kind kind, long decision) {}

    /**
     * Nobody was told anything yet.
     *
     * @param forgotten whether an order was archived and was not known any more: what is told of its id may be of
     *     another
     * @param shown sees the orders that were shown
     */
    ChangeBook(Trace trace, Predicate<UUID> forgotten, Consumer<Order> shown) {
        this.trace = trace;
        this.forgotten = forgotten;
        this.shown = shown;
    }

    /** Somebody was told what became of a cancellation. */
    void cancelled(Content content, boolean byRequest, CancelResult result) {
        if (result instanceof CancelResult.Cancelled done) {
            trace.met(Met.CANCELLED);
            if (cancelled.put(done.orderId(), done.decision()) != null && !forgotten.test(done.orderId())) {
                throw new AssertionError("I7: order " + done.orderId() + " was cancelled twice");
            }
        } else if (result instanceof CancelResult.Duplicate done) {
            cancelled.putIfAbsent(done.orderId(), done.decision());
        } else if (result instanceof CancelResult.TooLate late) {
            shown.accept(late.order());
        }
        if (result instanceof CancelResult.OtherContent) {
            content.saidToBeConflict();
        } else if (byRequest && !(result instanceof CancelResult.Conflict)) {
            // its row has this content
            content.saidToBeDuplicate();
        }
    }

    /** What somebody was told as cancelled, and in which place. */
    Map<UUID, Long> cancelled() {
        return cancelled;
    }

    /** Somebody was told what became of a confirmation. */
    void confirmed(ConfirmResult result) {
        if (result instanceof ConfirmResult.Confirmed done) {
            trace.met(Met.CONFIRMED);
            ended(done.orderId(), new End(Kind.CONFIRM, done.decision()), true);
        } else if (result instanceof ConfirmResult.Duplicate done) {
            ended(done.orderId(), new End(Kind.CONFIRM, done.decision()), false);
        } else if (result instanceof ConfirmResult.Expired late) {
            shown.accept(late.order());
        } else if (result instanceof ConfirmResult.NotReserved late) {
            shown.accept(late.order());
        }
    }

    /** Somebody was told what became of a release. */
    void released(ReleaseResult result) {
        if (result instanceof ReleaseResult.Released done) {
            trace.met(Met.RELEASED);
            ended(done.orderId(), new End(Kind.RELEASE, done.decision()), true);
        } else if (result instanceof ReleaseResult.Duplicate done) {
            ended(done.orderId(), new End(Kind.RELEASE, done.decision()), false);
        } else if (result instanceof ReleaseResult.Expired late) {
            shown.accept(late.order());
        } else if (result instanceof ReleaseResult.NotReserved late) {
            shown.accept(late.order());
        }
    }

    private void ended(UUID order, End end, boolean now) {
        End before = ends.putIfAbsent(order, end);
        if (before != null && forgotten.test(order)) {
            ends.put(order, end);
        } else if (before != null && (now || !before.equals(end))) {
            throw new AssertionError("I7: the hold of order " + order + " had " + before + " and " + end);
        }
    }

    /** The holds of which somebody was told that they were ended on request. */
    Map<UUID, End> ends() {
        return ends;
    }

    /** Somebody was told what became of a refund. */
    void refunded(RefundRequest asked, RefundResult result) {
        String name = asked.orderId() + " " + asked.reference();
        if (result instanceof RefundResult.Refunded done) {
            trace.met(Met.REFUNDED);
            if (refunded.put(name, done.decision()) != null && !forgotten.test(done.orderId())) {
                throw new AssertionError("I7: order and reference " + name + " were refunded twice");
            }
        } else if (result instanceof RefundResult.Duplicate done) {
            Long before = refunded.putIfAbsent(name, done.decision());
            if (before != null && before != done.decision() && !forgotten.test(done.orderId())) {
                throw new AssertionError("I7: " + name + " was refunded in " + before + " and in " + done.decision());
            }
        }
    }

    /** The places of refunds that somebody was told of. */
    Collection<Long> refunds() {
        return refunded.values();
    }
}
