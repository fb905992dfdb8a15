package io.orderflow.internal.codec;

import io.orderflow.DeadLetterReason;

/**
 * Bytes that are not what they should be: damaged, forged, or of a release that this one cannot read. The message names
 * the field, its value and the rule, never the payload.
 */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final DeadLetterReason reason;

    MalformedException(String message) {
        this(DeadLetterReason.UNDECODABLE, message);
    }

    MalformedException(DeadLetterReason reason, String message) {
        // no stack trace: it would describe this codec, not the bytes, and a flood of hostile messages must stay cheap
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Under which reason the bytes are set aside. */
    public DeadLetterReason reason() {
        return reason;
    }
}
