package io.orderflow.internal.codec;

import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/** Valid orders of every shape, the limits included. */
final class RandomOrders {
    private RandomOrders() {}

    static OrderRequest request(SplittableRandom random) {
        byte[] hostData = new byte[random.nextInt(3) == 0 ? random.nextInt(Limits.HOST_DATA + 1) : 0];
        random.nextBytes(hostData);
        // never what an idempotency key gives: a host may not name that without the key
        UUID id = new UUID(random.nextLong(), random.nextLong() >>> 1);
        Payment payment = Payment.values()[random.nextInt(Payment.values().length)];
        return new OrderRequest(
                id,
                number(random, Long.MAX_VALUE),
                lines(random),
                payment,
                hold(random),
                random.nextInt(4) == 0,
                Optional.empty(),
                hostData);
    }

    private static Optional<Duration> hold(SplittableRandom random) {
        long shortest = Limits.SHORTEST_HOLD.toMillis();
        long most = Limits.LONGEST_HOLD.toMillis() - shortest;
        return random.nextInt(3) == 0
                ? Optional.of(Duration.ofMillis(shortest + number(random, most)))
                : Optional.empty();
    }

    private static List<OrderLine> lines(SplittableRandom random) {
        int count = random.nextInt(4) == 0 ? random.nextInt(1, Limits.LINES + 1) : random.nextInt(1, 4);
        List<OrderLine> lines = new ArrayList<>();
        long left = Limits.AMOUNT;
        for (int i = 0; i < count; i++) {
            long product = number(random, Long.MAX_VALUE);
            int quantity = 1 + (int) number(random, Limits.QUANTITY - 1);
            if (random.nextBoolean()) {
                lines.add(OrderLine.of(product, quantity));
            } else {
                long price = number(random, left / quantity);
                left -= price * quantity;
                lines.add(OrderLine.of(product, quantity, price));
            }
        }
        return lines;
    }

    /** From 0 to {@code largest}: at times one of the two, else of any number of digits. */
    static long number(SplittableRandom random, long largest) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> largest;
            default -> Math.min(largest, random.nextLong() >>> random.nextInt(1, 64));
        };
    }
}
