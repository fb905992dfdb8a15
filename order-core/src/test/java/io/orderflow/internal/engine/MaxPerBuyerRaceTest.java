package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.RefundRequest;
import io.orderflow.RejectReason;
import io.orderflow.StockAdjustment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.RulesContract;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A buyer against the limit, from several workers at once, and workers that fail between two of its statements.
 * {@code -Dlimit.rounds=10000} tries longer.
 */
class MaxPerBuyerRaceTest extends RulesContract {
    private static final int ROUNDS = Integer.getInteger("limit.rounds", 60);
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final long LIMITED = 1;
    private static final long FREE = 2;
    private static final int MOST = 3;

    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final List<Engine> processes = Stream.generate(() -> new Engine(shop().tables(), Step.Watcher.NONE))
            .limit(2)
            .toList();

    @BeforeEach
    void seed() {
        shop().inventory()
                .applyAll(List.of(
                        StockAdjustment.define(LIMITED, 10, 1_000_000, "limited"),
                        StockAdjustment.setMaxPerBuyer(LIMITED, MOST, "three"),
                        StockAdjustment.define(FREE, 10, 1_000_000, "free")));
        shop().wallets().open(7, 1_000_000, "buyer 7");
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** Each process has some batches of the same buyer; without a wallet nothing but the stock comes between them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverAboveTheLimitAndNeverBelowIt(boolean walletPays) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long buyer = walletPays ? 7 : 1_000 + round;
            List<List<Verdict>> both = atOnce(
                    () -> decideAll(0, batches(buyer, walletPays)), () -> decideAll(1, batches(buyer, walletPays)));
            long sold = both.stream()
                    .flatMap(List::stream)
                    .filter(Verdict::completed)
                    .count();
            assertEquals(MOST, sold, "round " + round);
            if (walletPays) {
                // the next round begins at nothing
                shop().inventory()
                        .applyAll(List.of(
                                StockAdjustment.removeMaxPerBuyer(LIMITED, "over " + round),
                                StockAdjustment.setMaxPerBuyer(LIMITED, MOST, "again " + round)));
            }
        }
    }

    private static List<List<OrderEntry>> batches(long buyer, boolean walletPays) {
        return IntStream.range(0, 3)
                .mapToObj(batch -> IntStream.range(0, 2)
                        .mapToObj(i -> walletPays ? order(buyer, LIMITED, 1) : external(buyer, LIMITED, 1))
                        .toList())
                .toList();
    }

    /** Both remember the product as one without a limit; the replay tells which verdict came before it. */
    @Test
    void aLimitThatIsSetWhileOrdersAreDecidedHoldsFromItsNumberOn() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            String reference = " in round " + round;
            List<List<Verdict>> all = atOnce(() -> decideAll(0, free()), () -> decideAll(1, free()), () -> {
                shop().inventory().setMaxPerBuyer(FREE, 2, "set" + reference);
                return List.of();
            });
            long sold = all.stream()
                    .flatMap(List::stream)
                    .filter(Verdict::completed)
                    .count();
            assertTrue(sold >= 2, "round " + round);
            shop().inventory().removeMaxPerBuyer(FREE, "removed" + reference);
            // so that both remember it again
            decideAll(0, List.of(List.of(order(7, FREE, 1))));
            decideAll(1, List.of(List.of(order(7, FREE, 1))));
        }
    }

    private static List<List<OrderEntry>> free() {
        return IntStream.range(0, 6).mapToObj(i -> List.of(order(7, FREE, 1))).toList();
    }

    /** What is given back may be bought again, once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefundAndTheNextOrdersAtOnce(boolean restock) throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            long buyer = 1_000 + round;
            OrderEntry first = external(buyer, LIMITED, MOST);
            decideAll(0, List.of(List.of(first)));
            RefundRequest rest = RefundRequest.rest(first.id(), "rest");
            atOnce(() -> decideAll(0, batches(buyer, false)), () -> decideAll(1, batches(buyer, false)), () -> {
                shop().changes().refund(restock ? rest : rest.withoutRestock());
                return List.of();
            });
            decideAll(0, batches(buyer, false));
            assertEquals(
                    List.of(String.valueOf(MOST)),
                    shop().read("SELECT pieces FROM orderflow_purchase WHERE buyer = " + buyer),
                    "round " + round);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultPlan.Step.class,
            names = {"BEFORE_EXECUTE", "AFTER_EXECUTE", "BEFORE_COMMIT", "AFTER_COMMIT"})
    void aConnectionThatIsLostAnywhereLeavesAllOrNothing(FaultPlan.Step step) throws SQLException {
        int statement = 1;
        boolean failed = true;
        for (; failed; statement++) {
            long buyer = 1_000 + statement;
            List<OrderEntry> batch = List.of(
                    external(buyer, LIMITED, 2), external(buyer, LIMITED, 2), external(buyer + 10_000, LIMITED, 1));
            failed = failsAt(step, statement, batch);
            decide(processes.get(0), batch);
            assertEquals(
                    List.of("2", "1"),
                    shop().read("SELECT pieces FROM orderflow_purchase WHERE buyer IN (" + buyer + ","
                            + (buyer + 10_000) + ") ORDER BY buyer"),
                    step + " " + statement);
        }
        assertTrue(statement > (step.name().endsWith("COMMIT") ? 2 : 8), "only " + statement + " were lost");
    }

    private boolean failsAt(FaultPlan.Step step, int statement, List<OrderEntry> batch) {
        Session session = shop().session();
        shop().dataSource().setPlan(FaultPlan.nth(step, statement));
        try {
            processes.get(0).decide(session, batch);
            shop().dataSource().setPlan(FaultPlan.NONE);
            session.close();
            return false;
        } catch (SQLException e) {
            shop().dataSource().setPlan(FaultPlan.NONE);
            session.discard(e);
            return true;
        }
    }

    private List<Verdict> decideAll(int process, List<List<OrderEntry>> batches) throws SQLException {
        List<Verdict> verdicts = new ArrayList<>();
        for (List<OrderEntry> batch : batches) {
            verdicts.addAll(decide(processes.get(process), batch).verdicts());
        }
        for (Verdict verdict : verdicts) {
            assertTrue(verdict.completed() || verdict.rejectReason().orElseThrow() == RejectReason.LIMIT_PER_BUYER);
        }
        return verdicts;
    }

    private BatchResult decide(Engine engine, List<OrderEntry> batch) throws SQLException {
        try (Session session = shop().session()) {
            return LostRaces.decideUntilDone(engine, session, batch);
        }
    }

    @SafeVarargs
    private List<List<Verdict>> atOnce(Callable<List<Verdict>>... works) throws Exception {
        CyclicBarrier gate = new CyclicBarrier(works.length);
        List<Future<List<Verdict>>> running = new ArrayList<>();
        for (Callable<List<Verdict>> work : works) {
            running.add(threads.submit(() -> {
                gate.await();
                return work.call();
            }));
        }
        List<List<Verdict>> all = new ArrayList<>();
        for (Future<List<Verdict>> done : running) {
            all.add(done.get(BOUND.toSeconds(), TimeUnit.SECONDS));
        }
        return all;
    }
}
