package io.orderflow.simulation;

import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * What buyers ask for: mostly something new; else again what was asked before, or something else under the same name.
 */
final class Requests {
    static final int BUYERS = 5;
    static final int PRODUCTS = 4;
    static final long PRICE = 10;

    /** A hold that no run and no jump of a clock outlasts. */
    static final Duration ENDLESS = Duration.ofDays(90);

    private static final List<Duration> HOLDS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(20), ENDLESS);
    private static final long UNKNOWN = 99;
    private static final long VERSION = 0xf000L;
    private static final long NAMELESS = 0x7000L;
    private static final long NAMED = 0x4000L;

    private final RandomGenerator random;
    private final List<OrderRequest> before = new ArrayList<>();

    Requests(RandomGenerator random) {
        this.random = random;
    }

    /** Any request. */
    OrderRequest next() {
        int kind = random.nextInt(20);
        if (kind < 3 && !before.isEmpty()) {
            return before.get(random.nextInt(before.size()));
        }
        if (kind < 8) {
            return remembered(lines(OrderRequest.of(buyer()), 1 + random.nextInt(2))
                    .idempotencyKey("key-" + random.nextInt(6))
                    .build());
        }
        if (kind == 8 && !before.isEmpty()) {
            OrderRequest other = before.get(random.nextInt(before.size()));
            if (other.idempotencyKey().isEmpty() && !isNameless(other.id())) {
                return remembered(
                        lines(OrderRequest.of(buyer()), 1).id(other.id()).build());
            }
        }
        return fresh();
    }

    /** What was asked for before. */
    OrderRequest again() {
        return before.isEmpty() ? fresh() : before.get(random.nextInt(before.size()));
    }

    /** A request under an id that nobody has used. */
    OrderRequest fresh() {
        return remembered(unshared());
    }

    /** A request under an id that nobody else will ever use. */
    OrderRequest unshared() {
        return lines(OrderRequest.of(buyer()), 1 + random.nextInt(3))
                .id(new UUID(random.nextLong() & ~VERSION | version(), random.nextLong() >>> 1))
                .build();
    }

    /** Half of them are as if the library had made them: with other ids than those a seed could not be run again. */
    private long version() {
        return random.nextBoolean() ? NAMELESS : NAMED;
    }

    /** Whether an id stands for one request that has no name. */
    static boolean isNameless(UUID id) {
        return OrderIds.isTimeOrdered(id);
    }

    /** A message of random bytes. */
    byte[] noise() {
        byte[] message = new byte[1 + random.nextInt(60)];
        random.nextBytes(message);
        return message;
    }

    /** An order of another shop on the same queue, which could be decided here as well. */
    byte[] foreign() {
        UUID shop = new UUID(random.nextLong(), random.nextLong());
        return FrameCodec.encode(shop, List.of(OrderEntry.of(unshared())));
    }

    private OrderRequest remembered(OrderRequest request) {
        before.add(request);
        return request;
    }

    private long buyer() {
        return random.nextInt(30) == 0 ? UNKNOWN : 1 + random.nextInt(BUYERS);
    }

    private OrderRequest.Builder lines(OrderRequest.Builder request, int count) {
        for (int i = 0; i < count; i++) {
            // half of all lines name the hot product
            long product = random.nextInt(40) == 0 ? UNKNOWN : Math.max(1, random.nextInt(2 * PRODUCTS) - PRODUCTS + 1);
            int quantity = 1 + random.nextInt(3);
            if (random.nextInt(4) == 0) {
                request.line(product, quantity, PRICE * product);
            } else {
                request.line(product, quantity);
            }
        }
        if (random.nextInt(4) == 0) {
            request.holdFor(HOLDS.get(random.nextInt(HOLDS.size())));
        }
        request.urgent(random.nextInt(4) == 0);
        // also of the buyer who has no wallet
        return random.nextInt(4) == 0 ? request.payment(Payment.EXTERNAL) : request;
    }
}
