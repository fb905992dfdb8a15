package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The latest orders")
class LatestOrdersTest {
    private static Page<Order> read(ShopDatabase shop, PageRequest page) throws SQLException {
        try (Connection connection = shop.foreign()) {
            return new DecidedOrders(shop.tables(), new OrderReader(shop.tables()))
                    .latest(connection, Set.of(), DecidedOrders.number(page), page.size());
        }
    }

    @Test
    @DisplayName("are looked for behind so many adjustments at a time, and found with the next page")
    void bounded() throws SQLException {
        try (ShopDatabase shop = ShopDatabase.open(TestDatabase.Kind.H2)) {
            shop.wallets().open(1, 100, "wallet-1");
            shop.inventory().define(1, 10, 5, "product-1");
            OrderRequest request = OrderRequest.of(1).line(1, 1).build();
            shop.decide(List.of(OrderEntry.of(request)));
            shop.execute("INSERT INTO " + shop.tables().batch() + " (decided_at, size, kind) SELECT '2026-01-01',"
                    + " 1, " + BatchKind.ADJUSTED.code() + " FROM SYSTEM_RANGE(1, 10500)");
            Page<Order> first = read(shop, PageRequest.first(10));
            assertEquals(List.of(), first.entries());
            PageRequest next = PageRequest.after(first.next().orElseThrow(), 10);
            Page<Order> second = read(shop, next);
            assertEquals(
                    List.of(request.id()),
                    second.entries().stream().map(Order::id).toList());
            assertEquals(Optional.empty(), second.next());
        }
    }
}
