package io.orderflow.internal.engine;

import io.orderflow.internal.codec.Codes;
import java.util.Map;
import java.util.UUID;

/**
 * An order that is to leave the tables, as it was read without a lock.
 *
 * @param status the status code
 * @param batch the batch that decided it
 * @param place its place in that batch
 * @param charged what the buyer's wallet paid for it and did not get back, in minor units
 * @param pieces what it took of each product and did not go back to the stock
 * @param bought what it took of each product and was not given back, whether or not it went to the stock
 * @param changes the ids of all its changes, with their batches
 * @param keepKey whether its id stays known
 */
public record OldOrder(
        UUID id,
        int status,
        long batch,
        int place,
        long buyer,
        long charged,
        Map<Long, Long> pieces,
        Map<Long, Long> bought,
        Map<UUID, Long> changes,
        boolean keepKey) {
    /** Whether its decision number is its own; one that was cancelled while it was pending has that of its change. */
    boolean hasNumber() {
        return status == Codes.REJECTED || Codes.isCharged(status);
    }
}
