package io.orderflow.internal.intake;

import static java.util.Objects.requireNonNull;

import io.orderflow.Acceptance;
import io.orderflow.Limits;
import io.orderflow.internal.codec.Frames;
import java.time.Duration;

/**
 * What a host can set about the intake.
 *
 * @param acceptance which durable place is asked first
 * @param allowWeakQueue whether a message in a queue that is not durable counts as accepted
 * @param submitTimeout a submission's answer comes within this time
 * @param bufferCapacity most submissions without an answer; as many asynchronous ones again may stand in line, and as
 *     many journaled orders may wait for their publishing
 * @param maxGroup most orders that are written together
 * @param groupWait how long the oldest submission of a group waits for others while the group is not full
 * @param journalTimeout a write that takes longer counts as an outage of the journal; since the journal itself may wait
 *     1 s for a locked row, less than 1.5 s can take such a wait for an outage
 * @param publishTimeout longest wait for the queue's answer to one message
 * @param frames how orders become messages
 */
public record IntakeSettings(
        Acceptance acceptance,
        boolean allowWeakQueue,
        Duration submitTimeout,
        int bufferCapacity,
        int maxGroup,
        Duration groupWait,
        Duration journalTimeout,
        Duration publishTimeout,
        Frames frames) {
    /**
     * Checks what the rest of the intake relies on; the builder's ranges are narrower.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public IntakeSettings {
        requireNonNull(acceptance, "acceptance");
        requirePositive("submitTimeout", submitTimeout);
        require(bufferCapacity >= 1, "bufferCapacity must be >= 1: " + bufferCapacity);
        require(
                maxGroup >= 1 && maxGroup <= Limits.BATCH_ORDERS,
                "maxGroup must be between 1 and " + Limits.BATCH_ORDERS + ": " + maxGroup);
        require(!requireNonNull(groupWait, "groupWait").isNegative(), "groupWait must be >= 0: " + groupWait);
        requirePositive("journalTimeout", journalTimeout);
        requirePositive("publishTimeout", publishTimeout);
        requireNonNull(frames, "frames");
    }

    private static void requirePositive(String name, Duration value) {
        requireNonNull(value, name);
        require(!value.isNegative() && !value.isZero(), name + " must be > 0: " + value);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
