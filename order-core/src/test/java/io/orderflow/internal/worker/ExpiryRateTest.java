package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WalletAdjustment;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * How fast holds expire that are over all at once, run by hand: {@code -Dexpiry.holds=100000} says how many there are,
 * and {@code -Dexpiry.orders=20000} how many orders are decided meanwhile, {@code -Dexpiry.runners=2} by how many
 * processors.
 */
@EnabledIfSystemProperty(named = "expiry.holds", matches = "\\d+")
class ExpiryRateTest extends DatabaseContract {
    private static final int HOLDS = Integer.getInteger("expiry.holds", 100_000);
    private static final int ORDERS = Integer.getInteger("expiry.orders", 0);
    private static final int RUNNERS = Integer.getInteger("expiry.runners", 1);
    private static final int BUYERS = 100_000;
    private static final int PRODUCTS = 1_000;

    private final Random random = new Random(3);

    @Test
    void manyAtOnce() {
        List<WalletAdjustment> wallets = LongStream.range(0, BUYERS)
                .mapToObj(buyer -> WalletAdjustment.open(buyer, 1_000_000_000, "open " + buyer))
                .toList();
        shop().wallets().applyAll(wallets);
        for (int product = 0; product < PRODUCTS; product++) {
            shop().inventory().define(product, 100, 1_000_000_000, "define " + product);
        }
        for (int from = 0; from < HOLDS; from += SqlText.PIECE) {
            shop().decide(orders(Math.min(SqlText.PIECE, HOLDS - from), true));
        }
        shop().execute("UPDATE orderflow_hold SET deadline = '2020-01-01 00:00:00'");
        double alone = ORDERS == 0 ? 0 : decide();
        List<OrderProcessor> processors = new ArrayList<>();
        long start = System.nanoTime();
        try {
            for (int i = 0; i < RUNNERS; i++) {
                OrderProcessor orders = OrderProcessor.builder(shop().dataSource())
                        .allowWeakQueue(true)
                        .build()
                        .start();
                processors.add(orders);
                orders.workers(WorkerConfig.defaults()).start();
            }
            double beside = ORDERS == 0 ? 0 : decide();
            Eventually.await(
                    "all holds have expired",
                    Duration.ofHours(1),
                    () -> shop().read("SELECT 1 FROM orderflow_hold LIMIT 1").isEmpty(),
                    () -> Long.toString(shop().count("orderflow_hold")));
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "%s: %d holds in %.1f s, %.0f a second; orders decided alone %.0f a second, beside it %.0f%n",
                    kind(), HOLDS, seconds, HOLDS / seconds, alone, beside);
        } finally {
            processors.forEach(OrderProcessor::close);
        }
        assertEquals(HOLDS, shop().count("orderflow_order_change"));
    }

    private double decide() {
        long start = System.nanoTime();
        for (int from = 0; from < ORDERS; from += SqlText.PIECE) {
            shop().decide(orders(SqlText.PIECE, false));
        }
        return ORDERS / ((System.nanoTime() - start) / 1e9);
    }

    private List<OrderEntry> orders(int count, boolean held) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            OrderRequest.Builder order = OrderRequest.of(random.nextInt(BUYERS)).line(random.nextInt(PRODUCTS), 1);
            orders.add(OrderEntry.of(held ? order.holdFor(Duration.ofDays(1)).build() : order.build()));
        }
        return orders;
    }
}
