package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.internal.engine.Step;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host that submits and decides, killed again and again (F1, F2, F3). What it was told is accepted has a verdict in
 * the end. One life has one journal, the next one has the other. {@code -Dtest.cycles=N} sets how often it is killed at
 * random moments, {@code -Dtest.seed=N} when. What a dead host leaves behind is its server's: one driver leads to
 * MariaDB.
 */
@Tag("drill")
class CrashTest {
    private static final int CYCLES = Integer.getInteger("test.cycles", 4);
    private static final long SEED = Long.getLong("test.seed", System.nanoTime());
    private static final int WITHOUT_END = 1_000_000;

    /** Enough for some batches of each kind of journal; a child lives for little more than its start. */
    private static final int LATEST = 150;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void nothingAcceptedIsLostWhenTheHostIsKilledAtRandomMoments(TestDatabase.Kind kind) {
        SplittableRandom random = new SplittableRandom(SEED);
        TestDatabase database = prepared(kind);
        Book book = new Book();
        List<Acceptance> journals = new ArrayList<>();
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            Acceptance acceptance = Journals.inTurn(cycle);
            journals.add(acceptance);
            try (ShopProcess host =
                    ShopProcess.start(database, acceptance, cycle, WITHOUT_END, ShopProcess.Trap.NONE)) {
                int moment = 1 + random.nextInt(LATEST);
                Eventually.await(
                        moment + " accepted",
                        ShopProcess.BOUND,
                        () -> host.accepted() >= moment,
                        () -> host.process().toString());
                host.process().kill9();
                host.enterInto(book);
            }
        }
        assertEverythingHolds(database, book, "seed " + SEED + ", " + journals);
    }

    @ParameterizedTest
    @EnumSource(names = "MARIADB_CONNECTOR", mode = EnumSource.Mode.EXCLUDE)
    void nothingAcceptedIsLostWhenTheHostHaltsAtAStep(TestDatabase.Kind kind) {
        TestDatabase database = prepared(kind);
        Book book = new Book();
        for (Step step : Step.values()) {
            int nth = 2 + step.ordinal();
            Acceptance acceptance = Journals.inTurn(step.ordinal() + (kind.isMariaDb() ? 1 : 0));
            try (ShopProcess host = ShopProcess.start(
                    database, acceptance, step.ordinal(), WITHOUT_END, ShopProcess.Trap.halt(step, nth))) {
                host.awaitHalted();
                host.enterInto(book);
            }
        }
        assertEverythingHolds(database, book, "halted at every step");
    }

    private TestDatabase prepared(TestDatabase.Kind kind) {
        TestDatabase database =
                kind == TestDatabase.Kind.H2 ? TestDatabase.h2File(folder.resolve("orders")) : TestDatabase.open(kind);
        // the file of H2 has one process at a time
        TestedShop shop = TestedShop.open(database);
        // a few orders of each life are for a product of which most may not have what they ask for
        shop.orders().inventory().setMaxPerBuyer(Goods.PRODUCTS, 1, "limit");
        shop.leaveDatabase();
        return database;
    }

    private static void assertEverythingHolds(TestDatabase database, Book book, String what) {
        String told = what + ", before submitting again: " + book;
        try (TestedShop shop = TestedShop.reopen(database, database.jdbcUrl(), builder -> builder)) {
            shop.startWorkers();
            shop.awaitDrained();
            shop.checker().check(book);
            assertTrue(!book.accepted().isEmpty(), told);
            shop.settle(book);
            System.out.println(database.kind() + ": killed: " + told);
        } catch (AssertionError e) {
            throw new AssertionError(told + ": " + e.getMessage(), e);
        }
    }
}
