package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Copies of H2's file that are taken between two of its writes while a shop works: what a kill would leave.
 * {@code -Dtest.images=N} sets how many are taken with each journal, {@code -Dtest.seed=N} when. Without turns on the
 * file one of a few hundred lacks orders that were accepted.
 */
class CrashImageTest {
    private static final int IMAGES = Integer.getInteger("test.images", 20);
    private static final long SEED = Long.getLong("test.seed", System.nanoTime());
    private static final int BUYERS = 6;

    @TempDir
    private Path folder;

    @BeforeEach
    void installFiles() {
        CrashFiles.install();
    }

    @AfterEach
    void removeFiles() {
        CrashFiles.remove();
    }

    /** A copy, and what had been accepted before it was taken. */
    private record Image(TestDatabase database, Set<UUID> accepted) {}

    @ParameterizedTest
    @EnumSource(names = {"ROW_JOURNAL", "GROUP_JOURNAL"})
    void eachCopyHasWhatWasAcceptedBeforeIt(Acceptance acceptance) throws SQLException {
        long before = CrashFiles.writes();
        List<Image> images = images(acceptance);
        long writes = CrashFiles.writes() - before;
        assertTrue(writes > IMAGES, () -> "H2 wrote " + writes + " times past the files that are copied");
        List<String> lost = new ArrayList<>();
        for (Image image : images) {
            Set<UUID> missing = new HashSet<>(image.accepted());
            missing.removeAll(stored(image.database()));
            if (!missing.isEmpty()) {
                lost.add(image.database().jdbcUrl() + ": " + missing);
            }
        }
        assertEquals(List.of(), lost, "of " + images.size() + " images, seed " + SEED);
        finish(images.get(images.size() - 1).database());
    }

    private List<Image> images(Acceptance acceptance) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Image> images = new ArrayList<>();
        Path original = folder.resolve("orders");
        try (TestedShop shop = TestedShop.open(TestDatabase.h2File(original), acceptance)) {
            shop.startWorkers();
            try (Load load = new Load(shop, SEED, BUYERS)) {
                for (int i = 0; i < IMAGES; i++) {
                    long more = load.accepted() + 1 + random.nextInt(40);
                    Eventually.await(
                            "accepted " + more, TestedShop.BOUND, () -> load.accepted() >= more, shop.checker()::state);
                    Set<UUID> accepted = shop.book().accepted();
                    Path copy = folder.resolve("image-" + i);
                    CrashFiles.copy(original, copy);
                    images.add(new Image(TestDatabase.h2File(copy), accepted));
                }
            }
            shop.awaitDrained();
        }
        return images;
    }

    private static Set<UUID> stored(TestDatabase database) throws SQLException {
        Set<UUID> ids = new HashSet<>(ShopChecker.carried(database));
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id FROM orderflow_orders")) {
            while (row.next()) {
                ids.add(OrderIds.fromBytes(row.getBytes(1), 0));
            }
        }
        return ids;
    }

    /** A shop goes on with what is there; stock, wallets and verdicts agree. */
    private static void finish(TestDatabase database) {
        try (TestedShop shop = TestedShop.reopen(database, database.jdbcUrl(), builder -> builder)) {
            shop.startWorkers();
            shop.awaitDrained();
            shop.checker().checkTables();
        }
    }
}
