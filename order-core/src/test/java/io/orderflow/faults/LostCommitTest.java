package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.Order;
import io.orderflow.OrderListener;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.FaultProxy.AfterDrop;
import io.orderflow.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Commits that the server did and whose answers never arrived (F5): the effects are there once. */
class LostCommitTest {
    private static final Set<SubmitOutcome> UNANSWERED = EnumSet.of(SubmitOutcome.UNAVAILABLE, SubmitOutcome.UNKNOWN);

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void batchesWhoseCommitWasNotAnsweredAreNotDecidedTwice(TestDatabase.Kind kind) {
        TestDatabase database = TestDatabase.open(kind);
        try (FaultProxy proxy = FaultProxy.to(database.server());
                TestedShop shop = open(database, proxy, Journals.inTurn(kind.ordinal()))) {
            shop.startWorkers();
            try (Load load = new Load(shop, 5, 3)) {
                shop.awaitDecided(50);
                proxy.dropAnswersAfter(FaultProxy.first(12, FaultProxy.mysqlCommit()), AfterDrop.RESET);
                Eventually.await(
                        "12 commits without an answer",
                        TestedShop.BOUND,
                        () -> proxy.answersDropped() >= 12,
                        () -> proxy.answersDropped() + " dropped, "
                                + shop.checker().state());
                shop.awaitDecided(shop.checker().decided() + 100);
                assertTrue(load.accepted() > 100, () -> load.answers().toString());
            }
            shop.settle();
        }
    }

    private static TestedShop open(TestDatabase database, FaultProxy proxy, Acceptance acceptance) {
        System.out.println(database.kind() + ", " + acceptance);
        return TestedShop.open(database, database.jdbcUrlVia(proxy.port()), builder -> builder.acceptance(acceptance));
    }

    @ParameterizedTest
    @CsvSource({
        "MARIADB, ROW_JOURNAL, true",
        "MARIADB, GROUP_JOURNAL, true",
        "MARIADB, GROUP_JOURNAL, false",
        "MARIADB_CONNECTOR, ROW_JOURNAL, false",
        "MARIADB_CONNECTOR, GROUP_JOURNAL, true",
        "MARIADB_CONNECTOR, GROUP_JOURNAL, false",
        "MYSQL, ROW_JOURNAL, true",
        "MYSQL, GROUP_JOURNAL, true",
        "MYSQL, GROUP_JOURNAL, false"
    })
    void anOrderWhoseJournalingWasNotAnsweredIsUnknownAndThenThereOnce(
            TestDatabase.Kind kind, Acceptance acceptance, boolean withKey) {
        TestDatabase database = TestDatabase.open(kind);
        try (FaultProxy proxy = FaultProxy.to(database.server());
                TestedShop shop = open(database, proxy, acceptance)) {
            assertInstanceOf(SubmitResult.Accepted.class, shop.submit(Goods.order(1, 0)));
            proxy.dropAnswersAfter(FaultProxy.first(1, commitOfAGroup()), AfterDrop.RESET);
            OrderRequest request = withKey ? Goods.order(1, 1) : Goods.mixed(1, 1);
            assertInstanceOf(SubmitResult.Unknown.class, shop.submit(request));
            assertEquals(1, proxy.answersDropped());
            proxy.pass();
            Eventually.await(
                    "the journal works again",
                    TestedShop.BOUND,
                    () -> !(shop.submit(Goods.order(1, 2)) instanceof SubmitResult.Unavailable),
                    () -> shop.orders().health().toString());
            SubmitResult again = submitUntilAnswered(shop, request);
            // an order that a group carries has no row that would tell
            boolean carried = acceptance == Acceptance.GROUP_JOURNAL && !withKey;
            assertTrue(
                    again instanceof SubmitResult.Duplicate || carried && again instanceof SubmitResult.Accepted,
                    again::toString);
            shop.startWorkers();
            shop.settle();
            assertEquals(3, shop.checker().decided());
        }
    }

    /** A write that a busy machine makes late is an outage again, and its order is not known then. */
    private static SubmitResult submitUntilAnswered(TestedShop shop, OrderRequest request) {
        AtomicReference<SubmitResult> answer = new AtomicReference<>();
        Eventually.await(
                "somebody knows the order",
                TestedShop.BOUND,
                () -> {
                    answer.set(shop.submit(request));
                    return !UNANSWERED.contains(answer.get().outcome());
                },
                () -> shop.orders().health().toString());
        return answer.get();
    }

    /** The server has committed and says nothing: the worker gives the connection up after its time-out and looks. */
    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aCommitThatIsNeverAnsweredIsGivenUpAndLookedUp(TestDatabase.Kind kind) throws InterruptedException {
        TestDatabase database = TestDatabase.open(kind);
        Pauses pauses = new Pauses();
        Acceptance acceptance = Journals.inTurn(kind.ordinal() + 1);
        try (FaultProxy proxy = FaultProxy.to(database.server());
                TestedShop shop = TestedShop.open(
                        database,
                        database.jdbcUrlVia(proxy.port()),
                        builder -> builder.acceptance(acceptance).listener(pauses))) {
            OrderRequest first = Goods.order(1, 0);
            shop.submit(first);
            shop.startWorkers();
            assertVerdict(shop, first);
            proxy.dropAnswersAfter(FaultProxy.first(1, commitOfABatch()), AfterDrop.SILENCE);
            OrderRequest unanswered = Goods.order(1, 1);
            assertInstanceOf(SubmitResult.Accepted.class, shop.submit(unanswered));
            shop.awaitDecided(2);
            // the verdict can be read before the server's answer comes to the proxy
            Eventually.await(
                    "the answer is dropped",
                    TestedShop.BOUND,
                    () -> proxy.answersDropped() == 1,
                    () -> proxy.answersDropped() + " dropped");
            long start = System.nanoTime();
            OrderRequest next = Goods.order(1, 2);
            shop.submit(next);
            assertVerdict(shop, next);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.println(kind + ", " + acceptance + ": another worker decides " + BuyerAnswers.millis(took)
                    + " after a silent commit");
            Eventually.await(
                    "the worker gives the connection up, and works again",
                    TestedShop.BOUND,
                    () -> pauses.ended.get() == 1,
                    pauses::toString);
            shop.settle();
        }
    }

    /** Counts the pauses of workers whose connection was given up. */
    private static final class Pauses implements OrderListener {
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();

        @Override
        public void paused(String worker, String cause) {
            begun.incrementAndGet();
        }

        @Override
        public void resumed(String worker) {
            ended.incrementAndGet();
        }

        @Override
        public String toString() {
            return begun + " pauses, " + ended + " over";
        }
    }

    private static void assertVerdict(TestedShop shop, OrderRequest request) throws InterruptedException {
        Order order = shop.orders().await(request.id(), TestedShop.BOUND).orElseThrow();
        assertTrue(order.status().isVerdict(), order::toString);
    }

    /** Not that of a probe. */
    private static Predicate<byte[]> commitOfAGroup() {
        return commitAfter("INSERT INTO orderflow_pending");
    }

    /** A worker's, not that of the journal. */
    private static Predicate<byte[]> commitOfABatch() {
        return commitAfter("INSERT INTO orderflow_batch");
    }

    /** The commit of a transaction that has sent the text. The proxy reads each connection with a thread of its own. */
    private static Predicate<byte[]> commitAfter(String text) {
        ThreadLocal<Boolean> written = ThreadLocal.withInitial(() -> false);
        Predicate<byte[]> commit = FaultProxy.mysqlCommit();
        return sent -> {
            if (new String(sent, StandardCharsets.ISO_8859_1).contains(text)) {
                written.set(true);
            }
            return written.get() && commit.test(sent);
        };
    }
}
