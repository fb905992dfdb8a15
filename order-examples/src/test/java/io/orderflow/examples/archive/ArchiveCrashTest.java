package io.orderflow.examples.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitOutcome;
import io.orderflow.examples.Main;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code -Dtest.kills=N} sets how often the program is killed, {@code -Dtest.archive.orders=N} how many orders there
 * are, {@code -Dtest.seed=N} when it is killed.
 */
@DisplayName("archive, killed with -9 and started again, loses no order")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@Tag("drill")
class ArchiveCrashTest {
    private static final int KILLS = Integer.getInteger("test.kills", 2);
    private static final int ORDERS = Integer.getInteger("test.archive.orders", 600);
    private static final long SEED = Long.getLong("test.seed", System.nanoTime());

    /** Small, so that it is mostly at work when it is killed, and does not rest. */
    private static final int PIECE = 5;

    private static final int LARGEST_GROWTH = 3_000;

    /**
     * About as long as two pieces take: else each kill would follow a write, and never what comes before the next one.
     */
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(60);

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @ParameterizedTest
    @CsvSource({"MARIADB, ''", "MYSQL, orders.jsonl.gz"})
    @DisplayName("while orders go on, on a server")
    void onAServer(TestDatabase.Kind kind, String file) throws Exception {
        try (TestDatabase database = TestDatabase.open(kind);
                OldShop shop = OldShop.on(database)) {
            Map<OrderRequest, Order> old = shop.fill(ORDERS);
            shop.audited();
            try (Buyers buyers = new Buyers(shop.orders())) {
                for (int kill = 1; kill <= KILLS; kill++) {
                    killedOnce(shop, file);
                    checkNoneIsGone(shop, old.keySet());
                    shop.audited();
                }
                ProgramRun.successful(arguments(shop, file));
                buyers.sendHome();
            }
            checkAll(kind, shop, old);
        }
    }

    /** On a database that one process has at a time, orders go on between the runs. */
    @Test
    @DisplayName("on the embedded database")
    void onTheEmbeddedDatabase() throws Exception {
        try (TestDatabase database = TestDatabase.h2File(folder.resolve("shop"));
                OldShop shop = OldShop.on(database)) {
            Map<OrderRequest, Order> old = shop.fill(ORDERS);
            for (int kill = 1; kill <= KILLS; kill++) {
                shop.leave();
                killedOnce(shop, "orders.jsonl");
                shop.reopen();
                checkNoneIsGone(shop, old.keySet());
                shop.audited();
            }
            shop.leave();
            ProgramRun.successful(arguments(shop, "orders.jsonl"));
            shop.reopen();
            checkAll(TestDatabase.Kind.H2, shop, old);
        }
    }

    private String[] arguments(OldShop shop, String file) throws IOException {
        Path files = Files.createDirectories(folder.resolve("archive"));
        return shop.program(
                folder,
                "archive",
                "--older-than",
                "30d",
                "--rate",
                "1000",
                "--piece",
                String.valueOf(PIECE),
                "--to",
                files.resolve(file).toString());
    }

    private void killedOnce(OldShop shop, String file) throws IOException {
        Path files = folder.resolve("archive");
        try (JavaProcess program = JavaProcess.start(List.of("-Xmx256m"), Main.class, arguments(shop, file))) {
            long before = ArchiveLines.size(files);
            int growth = 1 + random.nextInt(LARGEST_GROWTH);
            Eventually.await(
                    "it has written " + growth + " bytes or is done",
                    OldShop.BOUND,
                    () -> ArchiveLines.size(files) >= before + growth || !program.isAlive(),
                    program::toString);
            LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE));
            assertTrue(program.isAlive(), () -> "it was to be killed at work, seed " + SEED + ": " + program);
            program.kill9();
        }
    }

    /** The tables are read first: what leaves them meanwhile was written before. */
    private void checkNoneIsGone(OldShop shop, Set<OrderRequest> old) throws IOException {
        Set<UUID> there = shop.whole(old);
        there.addAll(ArchiveLines.in(folder.resolve("archive")).ids());
        assertEquals(ids(old), there, () -> "in the tables or in the files, seed " + SEED);
    }

    private static Set<UUID> ids(Set<OrderRequest> requests) {
        return requests.stream().map(OrderRequest::id).collect(Collectors.toSet());
    }

    private void checkAll(TestDatabase.Kind kind, OldShop shop, Map<OrderRequest, Order> old) throws IOException {
        assertEquals(Set.of(), shop.whole(old.keySet()));
        ArchiveLines lines = ArchiveLines.in(folder.resolve("archive"));
        assertEquals(ids(old.keySet()), lines.ids());
        for (Order order : old.values()) {
            lines.check(order);
        }
        assertTrue(lines.doubles() <= KILLS * PIECE, () -> lines.doubles() + " doubles, seed " + SEED);
        System.out.println(kind + ": killed " + KILLS + " times, " + lines.doubles() + " of " + ORDERS
                + " orders written twice, seed " + SEED);
        assertEquals(ORDERS, shop.audited().archived());
        checkReplays(shop, old.keySet());
        assertEquals(ORDERS, shop.audited().archived());
    }

    /** A key stands for its order still; an order without one is not known any more. */
    private static void checkReplays(OldShop shop, Set<OrderRequest> old) {
        for (OrderRequest request : old) {
            if (request.idempotencyKey().isPresent()) {
                assertEquals(
                        SubmitOutcome.DUPLICATE, shop.orders().submit(request).outcome());
                assertEquals(
                        OrderStatus.ARCHIVED,
                        shop.orders().find(request.id()).orElseThrow().status());
            } else {
                assertTrue(shop.orders().find(request.id()).isEmpty(), request::toString);
            }
        }
    }
}
