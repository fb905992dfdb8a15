package io.orderflow;

import java.util.Optional;
import java.util.UUID;

/** What became of the wish to bring a dead letter's order back, or to discard a dead letter. */
public sealed interface DeadLetterResult {
    /** The dead letter's id. */
    String id();

    /**
     * Done now, and the dead letter is gone.
     *
     * @param id the dead letter's id
     * @param orderId the order that it was about: undecided again, or left as it is when the letter was discarded
     */
    record Done(String id, Optional<UUID> orderId) implements DeadLetterResult {}

    /** There is no such dead letter: done before, or never there. */
    record Gone(String id) implements DeadLetterResult {}

    /**
     * It cannot be done. Nothing changed.
     *
     * @param id the dead letter's id
     * @param refusal the reason, for a program
     * @param detail the reason with what can be done, for a person
     */
    record Refused(String id, Refusal refusal, String detail) implements DeadLetterResult {}

    /** Why it is refused. */
    enum Refusal {
        /** Nothing to bring back: it is a message that is no order of this shop. */
        NO_ORDER,
        /** Nothing to bring back: its content is not the one that its order's id stands for, which is another. */
        OTHER_CONTENT,
        /** Nothing to bring back: the order with this content is not parked. */
        NOT_PARKED,
        /** Not brought back: this release cannot read the order's request, so that it would be parked again. */
        UNREADABLE,
        /** Not discarded: an order is parked under it, and would be lost. */
        PARKED
    }
}
