package io.orderflow.examples.loadtest.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.examples.loadtest.LoadPlan;
import io.orderflow.examples.loadtest.Plans;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoadDataTest {
    @Test
    void anOrderIsTheSameWheneverItIsAskedFor() {
        LoadPlan plan = Plans.with(500, 100, 100, false, 3, 1);
        OrderRequest once = new LoadData(plan.orderPlan(), "run").request(7);
        OrderRequest again = new LoadData(plan.orderPlan(), "run").request(7);
        assertEquals(once, again);
        assertNotEquals(
                once.id(), new LoadData(plan.orderPlan(), "other").request(7).id());
    }

    @Test
    void linesAreOnePieceEachOfDifferentProducts() {
        LoadData data = new LoadData(Plans.with(500, 3, 20, false, 3, 0).orderPlan(), "run");
        for (int n = 0; n < 100; n++) {
            OrderRequest request = data.request(n);
            assertEquals(
                    3,
                    request.lines().stream().map(OrderLine::product).distinct().count());
            assertTrue(request.lines().stream().allMatch(line -> line.quantity() == 1));
        }
    }

    @Test
    void hotMeansOneProduct() {
        LoadData data = new LoadData(Plans.with(500, 1_000, 20, true, 2, 0).orderPlan(), "run");
        assertEquals(
                1,
                IntStream.range(0, 500)
                        .mapToObj(data::request)
                        .flatMap(request -> request.lines().stream())
                        .map(OrderLine::product)
                        .distinct()
                        .count());
    }

    @Test
    void buyersAndProductsAreDrawnEvenly() {
        LoadData data = new LoadData(Plans.with(500, 10, 10, false, 1, 0).orderPlan(), "run");
        Map<Long, Integer> buyers = new HashMap<>();
        Map<Long, Integer> products = new HashMap<>();
        for (int n = 0; n < 10_000; n++) {
            OrderRequest request = data.request(n);
            buyers.merge(request.buyer() - LoadData.FIRST_BUYER, 1, Integer::sum);
            products.merge(request.lines().get(0).product() - LoadData.FIRST_PRODUCT, 1, Integer::sum);
        }
        for (long id : LongStream.range(0, 10).toArray()) {
            assertEquals(1_000, buyers.get(id), 150, "buyer " + id);
            assertEquals(1_000, products.get(id), 150, "product " + id);
        }
    }

    @Test
    void zipfDrawsTheProductOfRankKOneKthAsOftenAsTheFirst() {
        LoadData data = mixed(new Mix(Skew.ZIPF, new LineRange(1, 1), 0, 0, 0, 0, 0, 0));
        int[] drawn = new int[10];
        for (int n = 0; n < 20_000; n++) {
            drawn[(int) (data.request(n).lines().get(0).product() - LoadData.FIRST_PRODUCT)]++;
        }
        for (int rank = 1; rank <= 10; rank++) {
            // 1 + 1/2 + ... + 1/10 is 2.929
            assertEquals(20_000 / 2.929 / rank, drawn[rank - 1], 250, "rank " + rank);
        }
    }

    @Test
    void aRangeOfLinesGivesEachNumberEquallyOften() {
        LoadData data = mixed(new Mix(Skew.UNIFORM, new LineRange(2, 5), 0, 0, 0, 0, 0, 0));
        int[] sizes = new int[6];
        for (int n = 0; n < 4_000; n++) {
            sizes[data.request(n).lines().size()]++;
        }
        for (int size = 2; size <= 5; size++) {
            assertEquals(1_000, sizes[size], 120, size + " lines");
        }
    }

    @Test
    void poorBuyersReplaysAndOrdersThatNoWalletPaysHaveTheSharesThatAreAskedFor() {
        LoadData data = mixed(new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0.2, 0.1, 0.3, 0, 0));
        assertEquals(
                200,
                IntStream.range(0, 1_000)
                        .filter(n -> data.request(n).buyer() >= LoadData.FIRST_POOR_BUYER)
                        .count(),
                50);
        assertEquals(100, IntStream.range(0, 1_000).filter(data::isReplayed).count(), 40);
        LoadData none = mixed(new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, 0, 0, 0, 0));
        assertEquals(0, IntStream.range(0, 1_000).filter(none::isReplayed).count());
        assertEquals(300, external(data), 60);
        assertEquals(0, external(none));
    }

    private static long external(LoadData data) {
        return IntStream.range(0, 1_000)
                .filter(n -> data.request(n).payment() == Payment.EXTERNAL)
                .count();
    }

    @Test
    void theShareOfHeldOrdersIsTheOneAskedFor() {
        LoadData data = mixed(new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, 0, 0, 0.3, 0));
        assertEquals(300, IntStream.range(0, 1_000).filter(data::isHeld).count(), 60);
        for (int n = 0; n < 100; n++) {
            assertEquals(data.isHeld(n), data.request(n).holdFor().isPresent(), "order " + n);
        }
        LoadData none = mixed(new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, 0, 0, 0, 0));
        assertEquals(0, IntStream.range(0, 1_000).filter(none::isHeld).count());
    }

    @Test
    void theShareOfUrgentOrdersIsTheOneAskedFor() {
        LoadData data = mixed(new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, 0, 0, 0.3, 0.1));
        assertEquals(100, IntStream.range(0, 1_000).filter(data::isUrgent).count(), 40);
        for (int n = 0; n < 100; n++) {
            assertEquals(data.isUrgent(n), data.request(n).urgent(), "order " + n);
        }
        LoadData none = mixed(new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, 0, 0, 0.3, 0));
        assertEquals(0, IntStream.range(0, 1_000).filter(none::isUrgent).count());
    }

    private static LoadData mixed(Mix mix) {
        return new LoadData(Plans.mixed(500, 10, 10, mix).orderPlan(), "run");
    }

    @Test
    void theShareOfOrdersWithAKeyIsTheOneAskedFor() {
        assertEquals(0, keysIn1000(0));
        assertEquals(1_000, keysIn1000(1));
        assertEquals(300, keysIn1000(0.3), 60);
    }

    @Test
    void pricesStayInTheirRange() {
        assertTrue(
                LongStream.range(0, 3_000).map(LoadData::price).allMatch(p -> p >= 100 && p <= LoadData.HIGHEST_PRICE));
    }

    private static long keysIn1000(double share) {
        LoadData data = new LoadData(Plans.with(500, 10, 10, false, 1, share).orderPlan(), "run");
        return IntStream.range(0, 1_000)
                .filter(n -> data.request(n).idempotencyKey().isPresent())
                .count();
    }
}
