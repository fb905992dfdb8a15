package io.orderflow;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Hears what happened, after it was committed. Each listener is called on a thread of its own, one event after the
 * other, outside any transaction. Events of one worker come in their order. What it throws, an Error too, is logged and
 * goes no further.
 *
 * <p>256 events wait for it at most. When there are more, workers wait for room, 1 s at most for each event, so a
 * listener that is slow slows them down and misses nothing. One that finds no end is given up: what has no room is
 * dropped without a wait until it has ended an event. {@link OrderProcessor#health} tells of one that is in one event
 * for more than 5 s, and the meter {@code orderflow.listener.dropped} counts. When the processor closes, what waits is
 * told within the close time-out.
 *
 * <p>Each event is told <b>at most once</b>, and only in the process whose worker did the work: it is lost when that
 * process dies between the commit and the call, or when it was dropped. What must not be lost belongs into the
 * database.
 */
public interface OrderListener {
    /**
     * Orders reached their verdict in one batch.
     *
     * @param decisions in decision order, at least one; unmodifiable
     */
    default void decided(List<Decision> decisions) {}

    /**
     * An accepted submission turned out to stand under an id that other content had taken. It is in the dead letters
     * with the reason {@link DeadLetterReason#CONFLICT}; the order is untouched.
     */
    default void conflict(UUID orderId) {}

    /**
     * Bytes or an order went to the dead letters. Conflicts are told by {@link #conflict} instead.
     *
     * @param detail the order's id or what was wrong with the bytes, for a person
     */
    default void deadLettered(DeadLetterReason reason, String detail) {}

    /**
     * A worker cannot go on and tries again by itself. Told once for each pause, and always followed by
     * {@link #resumed} of the same worker.
     *
     * @param worker the name of its thread, with something behind a dot for one part of its work, as in
     *     {@link Health.Check#name}
     * @param cause what is away, for a person
     */
    default void paused(String worker, String cause) {}

    /** A worker that was paused goes on, or has ended. */
    default void resumed(String worker) {}

    /**
     * One order's verdict.
     *
     * @param orderId the order
     * @param buyer its buyer
     * @param status {@link OrderStatus#COMPLETED}, {@link OrderStatus#RESERVED} or {@link OrderStatus#REJECTED}
     * @param rejectReason why it was rejected; present for REJECTED only
     * @param total what the order costs, in minor units, which was charged to the wallet if that pays; 0 when rejected
     * @param decision the place in the order of all decisions
     */
    record Decision(
            UUID orderId,
            long buyer,
            OrderStatus status,
            Optional<RejectReason> rejectReason,
            long total,
            long decision) {}
}
