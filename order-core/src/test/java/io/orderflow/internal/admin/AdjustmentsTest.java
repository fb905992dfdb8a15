package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AdjustmentResult;
import io.orderflow.AdjustmentResult.Applied;
import io.orderflow.AdjustmentResult.Conflict;
import io.orderflow.AdjustmentResult.Duplicate;
import io.orderflow.AdjustmentResult.Refusal;
import io.orderflow.AdjustmentResult.Refused;
import io.orderflow.Inventory;
import io.orderflow.Limits;
import io.orderflow.PageRequest;
import io.orderflow.Product;
import io.orderflow.StockAdjustment;
import io.orderflow.StoreUnavailableException;
import io.orderflow.Wallet;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stock, prices and wallets changed by references. */
class AdjustmentsTest extends DatabaseContract {
    /** Two seconds, and what a busy machine adds. */
    private static final Duration BOUND = Duration.ofSeconds(15);

    private Inventory inventory;
    private Wallets wallets;

    @BeforeEach
    void open() {
        inventory = shop().inventory();
        wallets = shop().wallets();
    }

    @Test
    void eachKindDoesWhatItSaysAndIsNumbered() {
        List<AdjustmentResult> results = new ArrayList<>(inventory.applyAll(List.of(
                StockAdjustment.define(1, 100, 5, "define"),
                StockAdjustment.restock(1, 10, "restock"),
                StockAdjustment.correct(1, -3, "correct down"),
                StockAdjustment.correct(1, 1, "correct up"),
                StockAdjustment.setPrice(1, 120, "price"))));
        assertEquals(Optional.of(new Product(1, 120, 13, OptionalLong.empty())), inventory.find(1));
        results.add(inventory.restock(1, 1, "restock more"));
        results.add(inventory.setMaxPerBuyer(1, 2, "limit"));
        results.add(inventory.setMaxPerBuyer(1, 3, "other limit"));
        assertEquals(Optional.of(new Product(1, 120, 14, OptionalLong.of(3))), inventory.find(1));
        results.add(inventory.removeMaxPerBuyer(1, "no limit"));
        results.add(inventory.removeMaxPerBuyer(1, "still none"));
        assertEquals(Optional.of(new Product(1, 120, 14, OptionalLong.empty())), inventory.find(1));
        results.addAll(wallets.applyAll(List.of(
                WalletAdjustment.open(7, 50, "open"),
                WalletAdjustment.deposit(7, 25, "deposit"),
                WalletAdjustment.withdraw(7, 75, "withdraw"))));
        assertEquals(Optional.of(new Wallet(7, 0)), wallets.find(7));
        assertEquals(
                List.of(5L, 15L, 12L, 13L, 120L, 14L, 2L, 3L, 0L, 0L, 50L, 75L, 0L),
                results.stream().map(result -> ((Applied) result).after()).toList());
        List<Long> decisions =
                results.stream().map(result -> ((Applied) result).decision()).toList();
        assertEquals(decisions.stream().sorted().distinct().toList(), decisions);
        assertEquals(
                List.of("11 50 open", "12 25 deposit", "13 -75 withdraw"),
                shop().read("SELECT kind, amount, reference FROM orderflow_adjustment WHERE subject = 7 "
                        + "ORDER BY kind"));
    }

    @Test
    void whatCanNotBeDoneIsRefusedAndLeavesNoTrace() {
        inventory.define(1, 1, 5, "define");
        inventory.define(2, 1, Limits.BALANCE, "define full");
        wallets.open(1, 5, "open");
        wallets.open(2, Limits.BALANCE, "open full");
        List<String> before = shop().read("SELECT COUNT(*) FROM orderflow_adjustment");
        assertRefused(Refusal.UNKNOWN_PRODUCT, inventory.restock(9, 1, "again"));
        assertRefused(Refusal.UNKNOWN_PRODUCT, inventory.correct(9, 0, "again"));
        assertRefused(Refusal.UNKNOWN_PRODUCT, inventory.setPrice(9, 1, "again"));
        assertRefused(Refusal.UNKNOWN_PRODUCT, inventory.setMaxPerBuyer(9, 1, "again"));
        assertRefused(Refusal.UNKNOWN_PRODUCT, inventory.removeMaxPerBuyer(9, "again"));
        assertRefused(Refusal.ALREADY_DEFINED, inventory.define(1, 1, 5, "again"));
        assertRefused(Refusal.INSUFFICIENT_STOCK, inventory.correct(1, -6, "again"));
        assertRefused(Refusal.LIMIT_EXCEEDED, inventory.restock(2, 1, "again"));
        assertRefused(Refusal.LIMIT_EXCEEDED, inventory.restock(2, Limits.BALANCE, "again"));
        assertRefused(Refusal.UNKNOWN_BUYER, wallets.deposit(9, 1, "again"));
        assertRefused(Refusal.UNKNOWN_BUYER, wallets.withdraw(9, 1, "again"));
        assertRefused(Refusal.ALREADY_OPEN, wallets.open(1, 5, "again"));
        assertRefused(Refusal.INSUFFICIENT_FUNDS, wallets.withdraw(1, 6, "again"));
        assertRefused(Refusal.LIMIT_EXCEEDED, wallets.deposit(2, 1, "again"));
        assertEquals(before, shop().read("SELECT COUNT(*) FROM orderflow_adjustment"));
        assertInstanceOf(Applied.class, wallets.withdraw(1, 5, "again"), "the reference is still free");
    }

    @Test
    void theSameReferenceIsAppliedOnceAndNeverToSomethingElse() {
        Applied applied = (Applied) wallets.open(1, 5, "open");
        inventory.define(1, 10, 5, "define");
        Applied limited = (Applied) inventory.setMaxPerBuyer(1, 2, "limit");
        Applied free = (Applied) inventory.removeMaxPerBuyer(1, "no limit");
        for (int again = 0; again < 2; again++) {
            assertEquals(new Duplicate("open", applied.decision()), wallets.open(1, 5, "open"));
            assertEquals(new Conflict("open"), wallets.open(1, 6, "open"));
            assertEquals(new Conflict("open"), wallets.open(2, 5, "open"));
            assertEquals(new Conflict("open"), wallets.deposit(1, 5, "open"));
            assertEquals(new Conflict("open"), inventory.restock(1, 5, "open"));
            assertEquals(new Conflict("define"), inventory.define(1, 11, 5, "define"));
            assertEquals(new Duplicate("limit", limited.decision()), inventory.setMaxPerBuyer(1, 2, "limit"));
            assertEquals(new Conflict("limit"), inventory.setMaxPerBuyer(1, 3, "limit"));
            assertEquals(new Conflict("limit"), inventory.removeMaxPerBuyer(1, "limit"));
            assertEquals(new Duplicate("no limit", free.decision()), inventory.removeMaxPerBuyer(1, "no limit"));
        }
        assertEquals(5, wallets.find(1).orElseThrow().balance());
        assertEquals(Optional.empty(), wallets.find(2));
    }

    @Test
    void referencesAreComparedAsTheyAreAndGivenBackAsTheyWere() {
        List<String> references =
                List.of("a", "A", "a ", " a", "a\t", "\u00e4", "a\u0308", "\ud83d\ude00", "\ud83d\ude01", "\\", "'");
        wallets.open(1, 0, "open");
        for (String reference : references) {
            assertInstanceOf(Applied.class, wallets.deposit(1, 1, reference), reference);
        }
        assertEquals(references.size(), wallets.find(1).orElseThrow().balance());
        List<String> stored = wallets.history(1, PageRequest.first(20)).entries().stream()
                .map(entry -> entry.reference().orElseThrow())
                .toList();
        List<String> expected = new ArrayList<>(references);
        expected.add(0, "open");
        Collections.reverse(expected);
        assertEquals(expected, stored);
    }

    @Test
    void theSameReferenceTwiceInOneCall() {
        List<AdjustmentResult> results = wallets.applyAll(List.of(
                WalletAdjustment.open(1, 5, "open"),
                WalletAdjustment.open(1, 5, "open"),
                WalletAdjustment.deposit(1, 5, "open"),
                WalletAdjustment.withdraw(1, 9, "withdraw"),
                WalletAdjustment.deposit(1, 4, "deposit"),
                WalletAdjustment.withdraw(1, 9, "withdraw")));
        Applied opened = (Applied) results.get(0);
        assertEquals(new Duplicate("open", opened.decision()), results.get(1));
        assertEquals(new Conflict("open"), results.get(2));
        assertRefused(Refusal.INSUFFICIENT_FUNDS, results.get(3));
        assertInstanceOf(Applied.class, results.get(4));
        assertEquals(0, ((Applied) results.get(5)).after());
    }

    @Test
    void referencesOfEveryShape() {
        List<String> references = List.of("a", "A", "a ", " a", "ä", "a\u0308", "😀", "'; --", "\\", "x".repeat(255));
        wallets.open(1, 0, "open");
        for (int again = 0; again < 2; again++) {
            for (String reference : references) {
                wallets.deposit(1, 1, reference);
            }
        }
        assertEquals(references.size(), wallets.find(1).orElseThrow().balance());
        assertEquals(
                references,
                shop().read("SELECT reference FROM orderflow_adjustment WHERE kind = 12 ORDER BY batch_id"));
    }

    @Test
    void tenThousandAtOnceAndAgain() {
        List<WalletAdjustment> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(WalletAdjustment.open(i / 2, 7, "open " + i));
        }
        List<AdjustmentResult> results = wallets.applyAll(many);
        for (int i = 0; i < 10_000; i++) {
            assertEquals("open " + i, results.get(i).reference());
            assertEquals(
                    i % 2 == 0 ? Applied.class : Refused.class, results.get(i).getClass());
        }
        assertEquals(5_000, shop().count("orderflow_wallet"));
        assertEquals(
                5_000,
                wallets.applyAll(many).stream()
                        .filter(Duplicate.class::isInstance)
                        .count());
        assertEquals(List.of(), wallets.applyAll(List.of()));
        assertEquals(5_000, shop().count("orderflow_adjustment"));
    }

    /** Every withdrawal takes all there is, so that one that is applied twice or refused wrongly shows. */
    @Test
    void twoThreadsThatApplyTheSameListApplyItOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            List<WalletAdjustment> list = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                long buyer = 100L * round + i;
                list.add(WalletAdjustment.open(buyer, 10, "open " + buyer));
                list.add(WalletAdjustment.withdraw(buyer, 10, "withdraw " + buyer));
            }
            CountDownLatch gate = new CountDownLatch(1);
            List<CompletableFuture<List<AdjustmentResult>>> both = Stream.of(1, 2)
                    .map(thread -> CompletableFuture.supplyAsync(() -> {
                        await(gate);
                        return wallets.applyAll(list);
                    }))
                    .toList();
            gate.countDown();
            List<AdjustmentResult> first = both.get(0).get(60, TimeUnit.SECONDS);
            List<AdjustmentResult> second = both.get(1).get(60, TimeUnit.SECONDS);
            for (int i = 0; i < list.size(); i++) {
                long applied = Stream.of(first.get(i), second.get(i))
                        .filter(Applied.class::isInstance)
                        .count();
                long duplicate = Stream.of(first.get(i), second.get(i))
                        .filter(Duplicate.class::isInstance)
                        .count();
                assertEquals("1 1", applied + " " + duplicate, first.get(i) + " and " + second.get(i));
            }
        }
    }

    /** The second has looked for the reference before the first commits, and gets the wallet's lock after it. */
    @Test
    void whoWaitedForTheSameWithdrawalIsADuplicateAndNotRefused() throws Exception {
        wallets.open(1, 10, "open");
        CompletableFuture<AdjustmentResult> second = new CompletableFuture<>();
        CountDownLatch looked = new CountDownLatch(1);
        AtomicReference<String> first = new AtomicReference<>("");
        shop().dataSource().setPlan((step, sql) -> {
            first.compareAndSet("", Thread.currentThread().getName());
            boolean isSecond = !Thread.currentThread().getName().equals(first.get());
            if (step == Step.BEFORE_EXECUTE && isSecond && sql.contains("FOR UPDATE")) {
                looked.countDown();
            }
            if (step == Step.BEFORE_COMMIT && !isSecond && !second.isDone() && looked.getCount() > 0) {
                new Thread(() -> second.complete(wallets.withdraw(1, 10, "all")), "second").start();
                await(looked);
            }
        });
        assertInstanceOf(Applied.class, wallets.withdraw(1, 10, "all"));
        assertInstanceOf(Duplicate.class, second.get(20, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void aCommitInDoubtIsSaidSoAndRepeatingAppliesOnce(Step step) {
        List<WalletAdjustment> three = List.of(
                WalletAdjustment.open(1, 5, "open 1"),
                WalletAdjustment.open(2, 5, "open 2"),
                WalletAdjustment.deposit(1, 5, "deposit 1"));
        // the server is verified then, and the first commit is that of the adjustments
        shop().session().close();
        shop().dataSource().setPlan(FaultPlan.nth(step, 1));
        StoreUnavailableException doubt = assertThrows(StoreUnavailableException.class, () -> wallets.applyAll(three));
        assertEquals(
                "0 of 3 adjustments were done, the next 3 perhaps; repeating is safe:"
                        + " injected: connection lost at " + step,
                doubt.getMessage());
        List<AdjustmentResult> again = wallets.applyAll(three);
        Class<?> expected = step == Step.BEFORE_COMMIT ? Applied.class : Duplicate.class;
        again.forEach(result -> assertEquals(expected, result.getClass()));
        assertEquals(10, wallets.find(1).orElseThrow().balance());
    }

    @Test
    void aServerThatRefusesIsNotInDoubt() {
        List<WalletAdjustment> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.add(WalletAdjustment.open(i, 5, "open " + i));
        }
        shop().dataSource().setPlan(FaultPlan.nth(Step.BEFORE_COMMIT, 2, FaultPlan::readOnly));
        StoreUnavailableException refused = assertThrows(StoreUnavailableException.class, () -> wallets.applyAll(many));
        assertEquals(
                "500 of 600 adjustments were done, the others not; repeating is safe: injected: the server is "
                        + "read-only",
                refused.getMessage());
        assertEquals(500, shop().count("orderflow_wallet"));
        assertEquals(600, wallets.applyAll(many).size());
        assertEquals(600, shop().count("orderflow_wallet"));
    }

    @Test
    void deadlocksAndLockWaitsAreRepeated() {
        wallets.open(2, 5, "somebody else");
        shop().dataSource()
                .setPlan(FaultPlan.nth(Step.BEFORE_EXECUTE, 4, FaultPlan::deadlock)
                        .and(FaultPlan.nth(Step.AFTER_EXECUTE, 7, FaultPlan::lockWaitTimeout)));
        assertInstanceOf(Applied.class, wallets.open(1, 5, "open"));
        assertEquals(5, wallets.find(1).orElseThrow().balance());
    }

    /** Somebody holds the row and does not let go: twenty times a lock wait of 5 s were 102 s. */
    @Test
    void aLockedRowHoldsAnAdjustmentNoLongerThanTheHostAllows() throws Exception {
        wallets.open(1, 5, "open");
        try (Connection foreign = shop().foreign();
                Statement statement = foreign.createStatement()) {
            statement.executeUpdate("UPDATE orderflow_wallet SET balance = balance WHERE buyer = 1");
            long start = System.nanoTime();
            StoreUnavailableException late = assertThrows(
                    StoreUnavailableException.class,
                    () -> bounded(shop().dataSource()).deposit(1, 1, "late"));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(BOUND) < 0, took::toString);
            assertTrue(late.getMessage().matches("(none|0) of 1 adjustments.*"), late::getMessage);
            foreign.rollback();
        }
        Eventually.await(
                "what was under way has ended",
                Duration.ofSeconds(20),
                () -> shop().dataSource().openConnections() == 0,
                () -> shop().dataSource().openConnections() + " open");
        wallets.deposit(1, 1, "late");
        assertEquals(6, wallets.find(1).orElseThrow().balance());
    }

    @Test
    void aPoolThatIsEmptyAndAnInterruptEndTheWaitToo() throws Exception {
        wallets.open(1, 5, "open");
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(2);
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.GET_CONNECTION) {
                waiting.countDown();
                await(full);
            }
        });
        StoreUnavailableException late = assertThrows(
                StoreUnavailableException.class,
                () -> bounded(shop().dataSource()).deposit(1, 1, "late"));
        assertEquals("none of 1 adjustments was done: no answer within PT2S", late.getMessage());

        Thread caller = Thread.currentThread();
        new Thread(() -> {
                    await(waiting);
                    caller.interrupt();
                })
                .start();
        StoreUnavailableException interrupted =
                assertThrows(StoreUnavailableException.class, () -> wallets.deposit(1, 1, "interrupted"));
        assertTrue(Thread.interrupted(), "the flag stays set");
        assertEquals("none of 1 adjustments was done: the calling thread was interrupted", interrupted.getMessage());

        // what its caller was told was not done is not done later
        full.countDown();
        shop().dataSource().setPlan(FaultPlan.NONE);
        Eventually.await(
                "both have gone",
                Duration.ofSeconds(20),
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("orderflow-apart-")),
                () -> "threads are still there");
        assertEquals(5, wallets.find(1).orElseThrow().balance());
    }

    private Wallets bounded(DataSource source) {
        VerifiedSessions sessions = new VerifiedSessions(source, shop().tables(), false);
        Adjustments adjustments =
                new Adjustments(shop().tables(), new Transactions(sessions, new Apart(), Duration.ofSeconds(2)));
        return new JdbcWallets(shop().tables(), shop().store(), adjustments);
    }

    @Test
    void withoutADatabaseNothingIsDone() {
        shop().dataSource().setPlan((step, sql) -> {
            throw FaultPlan.lost(step);
        });
        for (Runnable call : List.<Runnable>of(
                () -> wallets.open(1, 5, "open"),
                () -> inventory.define(1, 5, 5, "define"),
                () -> wallets.find(1),
                () -> inventory.findAll(List.of(1L)))) {
            StoreUnavailableException away = assertThrows(StoreUnavailableException.class, call::run);
            assertTrue(away.getMessage().endsWith("injected: connection lost at GET_CONNECTION"), away::getMessage);
        }
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(0, shop().count("orderflow_adjustment"));
    }

    private static void assertRefused(Refusal expected, AdjustmentResult result) {
        assertEquals(expected, assertInstanceOf(Refused.class, result).refusal());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
