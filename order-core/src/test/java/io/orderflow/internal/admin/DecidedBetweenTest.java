package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.TestDatabase.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Orders that were decided in a time")
class DecidedBetweenTest {
    private static final int BATCH = 150;

    private int statements;
    private int loaded;

    /** Counts what a page has to read. */
    private Page<Order> read(ShopDatabase shop, PageRequest page) throws SQLException {
        statements = 0;
        loaded = 0;
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE) {
                statements++;
                loaded += sql.contains(" o WHERE o.id IN (") ? sql.split("x'", -1).length - 1 : 0;
            }
        });
        try (Connection connection = shop.dataSource().getConnection()) {
            return new DecidedOrders(shop.tables(), new OrderReader(shop.tables()))
                    .between(connection, 0, Long.MAX_VALUE / 2, DecidedOrders.number(page), page.size());
        } finally {
            shop.dataSource().setPlan(FaultPlan.NONE);
        }
    }

    /** More adjustments than batches are looked at together, then batches that have more orders than a page. */
    private static List<UUID> decided(ShopDatabase shop, int batches) {
        shop.inventory().define(1, 10, 10_000, "product-1");
        for (int buyer = 1; buyer <= 25; buyer++) {
            shop.wallets().open(buyer, 100_000, "wallet-" + buyer);
        }
        List<UUID> ids = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            List<OrderEntry> orders = IntStream.range(0, BATCH)
                    .mapToObj(i -> OrderEntry.of(OrderRequest.of(1).line(1, 1).build()))
                    .toList();
            shop.decide(orders);
            orders.forEach(order -> ids.add(order.id()));
        }
        return ids;
    }

    private static List<UUID> ids(Page<Order> page) {
        return page.entries().stream().map(Order::id).toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("are read once each, whatever the size of a page and of the batches")
    void readsWhatItReturns(Kind kind) throws SQLException {
        try (ShopDatabase shop = ShopDatabase.open(kind)) {
            List<UUID> all = decided(shop, 4);
            Page<Order> one = read(shop, PageRequest.first(1));
            assertEquals(List.of(all.get(0)), ids(one));
            assertEquals(1, loaded);
            for (int size : List.of(70, BATCH, 170, 500)) {
                List<UUID> found = new ArrayList<>();
                Optional<String> next = Optional.empty();
                do {
                    Page<Order> page = read(shop, new PageRequest(size, next));
                    assertEquals(page.entries().size(), loaded);
                    found.addAll(ids(page));
                    next = page.next();
                } while (next.isPresent());
                assertEquals(all, found);
            }
            Page<Order> second = read(shop, new PageRequest(1, one.next()));
            assertEquals(List.of(all.get(1)), ids(second));
            assertEquals(1, loaded);
            assertTrue(statements <= 4, () -> statements + " statements");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("are found behind many that are archived without a statement for each")
    void behindArchivedOnes(Kind kind) throws SQLException {
        try (ShopDatabase shop = ShopDatabase.open(kind)) {
            List<UUID> all = decided(shop, 4);
            UUID last = all.get(all.size() - 1);
            shop.execute("UPDATE " + shop.tables().orders() + " SET status = " + Codes.ARCHIVED + " WHERE id <> "
                    + SqlText.id(last));
            assertEquals(List.of(last), ids(read(shop, PageRequest.first(1))));
            assertTrue(loaded <= all.size(), () -> loaded + " orders");
            assertTrue(statements <= 40, () -> statements + " statements");
        }
    }
}
