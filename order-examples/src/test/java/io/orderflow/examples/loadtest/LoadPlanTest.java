package io.orderflow.examples.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.loadtest.driving.Pace;
import io.orderflow.examples.loadtest.driving.WorkPlan;
import io.orderflow.examples.loadtest.orders.LineRange;
import io.orderflow.examples.loadtest.orders.LoadData;
import io.orderflow.examples.loadtest.orders.Mix;
import io.orderflow.examples.loadtest.orders.OrderPlan;
import io.orderflow.examples.loadtest.orders.Skew;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
    @Test
    void eachValueOutsideItsRangeIsRefusedWithNameAndValue() {
        refuses("orders must be between 1 and 50000000: 0", Map.of("orders", 0L));
        refuses("warmup must be between 0 and 50000000: -1", Map.of("warmup", -1L));
        refuses("products must be between 1 and 10000000: 0", Map.of("products", 0L));
        refuses("buyers must be between 1 and 10000000: 0", Map.of("buyers", 0L));
        refuses("stock must be between 0 and 900000000000000000: -1", Map.of("stock", -1L));
        refuses("lines must be between 1 and 100: 101", Map.of("lines", 101L));
        refuses("window must be between 1 and 1000000: 0", Map.of("window", 0L));
        refuses("submitters must be between 0 and 1000: -1", Map.of("submitters", -1L));
        refuses("workers must be between 1 and 64: 0", Map.of("workers", 0L));
        refuses("resubmit-for must be between 0 and 3600: -1", Map.of("resubmitSeconds", -1L));
        refuses("max-batch must be between 1 and 500: 501", Map.of("maxBatch", 501L));
        refuses("rate must be between 1 and 1000000: 0", Map.of("rate", 0L));
        refuses("batch-wait must be between 0 and 1000: 1001", Map.of("batchWait", 1_001L));
        refuses("ack-delay must be between 0 and 60000: 60001", Map.of("ackDelay", 60_001L));
        refuses("group-wait must be between 0 and 100: 101", Map.of("groupWait", 101L));
    }

    @Test
    void shareOfKeysIsBetweenNoneAndAll() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            Exception refused =
                    assertThrows(IllegalArgumentException.class, () -> Plans.with(500, 3, 20, false, 1, share));
            assertEquals("keys must be between 0 and 1: " + share, refused.getMessage());
        }
    }

    @Test
    void everyOtherShareIsBetweenNoneAndAllToo() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            Exception poor = assertThrows(
                    IllegalArgumentException.class, () -> new Mix(Skew.UNIFORM, lines(1), 0, share, 0, 0, 0, 0));
            assertEquals("poor-buyers must be between 0 and 1: " + share, poor.getMessage());
            Exception replays = assertThrows(
                    IllegalArgumentException.class, () -> new Mix(Skew.UNIFORM, lines(1), 0, 0, share, 0, 0, 0));
            assertEquals("replays must be between 0 and 1: " + share, replays.getMessage());
            Exception external = assertThrows(
                    IllegalArgumentException.class, () -> new Mix(Skew.UNIFORM, lines(1), 0, 0, 0, share, 0, 0));
            assertEquals("external must be between 0 and 1: " + share, external.getMessage());
            Exception holds = assertThrows(
                    IllegalArgumentException.class, () -> new Mix(Skew.UNIFORM, lines(1), 0, 0, 0, 0, share, 0));
            assertEquals("holds must be between 0 and 1: " + share, holds.getMessage());
            Exception urgent = assertThrows(
                    IllegalArgumentException.class, () -> new Mix(Skew.UNIFORM, lines(1), 0, 0, 0, 0, 0, share));
            assertEquals("urgent must be between 0 and 1: " + share, urgent.getMessage());
        }
    }

    @Test
    void linesAreANumberOrARange() {
        assertEquals(new LineRange(3, 3), LineRange.parse("3"));
        assertEquals(new LineRange(1, 5), LineRange.parse("1..5"));
        for (String wrong : new String[] {"", "x", "0", "1..", "5..1", "1..101", "-1"}) {
            Exception refused = assertThrows(IllegalArgumentException.class, () -> LineRange.parse(wrong), wrong);
            assertTrue(refused.getMessage().startsWith("lines must be"), refused.getMessage());
        }
    }

    @Test
    void moreLinesThanProductsNeedTheHotProduct() {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> Plans.with(500, 3, 20, false, 4, 0));
        assertEquals("lines must be <= products (3) unless --hot: 4", refused.getMessage());
        assertEquals(1, Plans.with(500, 3, 20, true, 4, 0).orderPlan().usedProducts());
    }

    @Test
    void plentyIsMoreThanTheTestCanTake() {
        LoadPlan plan = Plans.with(1_000, 10, 1, false, 2, 0);
        assertEquals(1_100 * 2, plan.orderPlan().plentyOfStock(plan.allOrders()));
        assertEquals(1_100 * 2 * LoadData.HIGHEST_PRICE, plan.orderPlan().plentyOfMoney(plan.allOrders()));
        LoadPlan spread = Plans.with(1_000_000, 10, 100_000, false, 1, 0);
        long money = spread.orderPlan().plentyOfMoney(spread.allOrders());
        assertTrue(money >= 1_044 * LoadData.HIGHEST_PRICE, "got " + money);
    }

    private static void refuses(String message, Map<String, Long> change) {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> plan(change));
        assertEquals(message, refused.getMessage());
    }

    private static LoadPlan plan(Map<String, Long> change) {
        Map<String, Long> values = new TreeMap<>(Map.of(
                "orders",
                500L,
                "warmup",
                50L,
                "products",
                200L,
                "buyers",
                20L,
                "lines",
                1L,
                "window",
                64L,
                "submitters",
                0L,
                "workers",
                1L,
                "maxBatch",
                500L));
        values.putAll(change);
        Mix mix = new Mix(Skew.UNIFORM, lines(values.get("lines").intValue()), 0, 0, 0, 0, 0, 0);
        OptionalLong stock = values.containsKey("stock") ? OptionalLong.of(values.get("stock")) : OptionalLong.empty();
        return new LoadPlan(
                values.get("orders").intValue(),
                OptionalInt.empty(),
                values.get("warmup").intValue(),
                new OrderPlan(
                        values.get("products").intValue(), values.get("buyers").intValue(), stock, mix, 1),
                new Pace(
                        values.get("window").intValue(),
                        values.get("submitters").intValue(),
                        rate(values)),
                new WorkPlan(
                        values.getOrDefault("groupWait", 0L).intValue(),
                        values.get("workers").intValue(),
                        values.get("maxBatch").intValue(),
                        values.getOrDefault("batchWait", 5L).intValue(),
                        values.getOrDefault("ackDelay", 0L).intValue()),
                values.getOrDefault("resubmitSeconds", 30L).intValue(),
                false);
    }

    private static LineRange lines(int lines) {
        return new LineRange(lines, lines);
    }

    private static OptionalInt rate(Map<String, Long> values) {
        return values.containsKey("rate") ? OptionalInt.of(values.get("rate").intValue()) : OptionalInt.empty();
    }
}
