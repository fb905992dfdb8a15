package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * What was set aside, as a list shows it: everything but its bytes. Immutable.
 *
 * @param id the SHA-256 of the whole message or content, as 64 lower-case hexadecimal digits
 * @param reason why it was set aside
 * @param detail what went wrong, for a person; never the content
 * @param orderId the order that it is about; empty for a message that is no order of this shop
 * @param orderStatus where that order stands now; empty where there is no such order
 * @param attempts how often the order was tried alone before it was set aside; empty where nothing was tried
 * @param createdAt when it was set aside, by the database's clock
 * @param length bytes of the whole message or content
 * @param kept how many of them are kept: all of a message up to {@link Limits#FRAME_BYTES}, fewer of a larger one and
 *     of one without a right tag
 */
public record DeadLetter(
        String id,
        DeadLetterReason reason,
        String detail,
        Optional<UUID> orderId,
        Optional<OrderStatus> orderStatus,
        OptionalInt attempts,
        Instant createdAt,
        int length,
        int kept) {
    /** Checks that nothing is missing. */
    public DeadLetter {
        requireNonNull(id, "id");
        requireNonNull(reason, "reason");
        requireNonNull(detail, "detail");
        requireNonNull(orderId, "orderId");
        requireNonNull(orderStatus, "orderStatus");
        requireNonNull(attempts, "attempts");
        requireNonNull(createdAt, "createdAt");
    }

    /** Whether all bytes are kept. */
    public boolean isWhole() {
        return kept == length;
    }
}
