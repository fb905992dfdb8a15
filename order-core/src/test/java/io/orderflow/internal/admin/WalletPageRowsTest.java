package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderRequest;
import io.orderflow.PageRequest;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a page of a wallet's history reads, as the server counts it. H2 does not count what one session reads. */
class WalletPageRowsTest {
    private static final int MOST_ROWS = 600;

    @ParameterizedTest
    @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
    void aPageReadsNoMoreRowsOfABuyerWithManyOrders(TestDatabase.Kind kind) throws SQLException {
        try (ShopDatabase shop = ShopDatabase.open(kind);
                HikariDataSource one = poolOfOne(shop)) {
            fill(shop);
            Wallets wallets = new JdbcWallets(
                    shop.tables(),
                    new Store(one),
                    new Adjustments(
                            shop.tables(), new Transactions(shop.sessions(), new Apart(), Duration.ofSeconds(60))));
            Optional<String> next = Optional.empty();
            long start = rowsRead(one);
            long question = rowsRead(one) - start;
            for (int page = 0; page < 30; page++) {
                long before = rowsRead(one);
                next = wallets.history(7, new PageRequest(20, next)).next();
                long rows = rowsRead(one) - before - question;
                assertTrue(next.isPresent());
                assertTrue(rows < MOST_ROWS, "page " + page + " read " + rows + " rows, the buyer has 1,200 orders");
            }
            shop.assertSound();
        }
    }

    /** 1,200 orders of the buyer among four times as many of somebody else, in batches of 20 groups. */
    private static void fill(ShopDatabase shop) {
        shop.inventory().define(1, 1, 1_000_000, "define");
        shop.wallets()
                .applyAll(List.of(
                        WalletAdjustment.open(7, 1_000_000, "open"), WalletAdjustment.open(8, 1_000_000, "other")));
        for (int batch = 0; batch < 12; batch++) {
            List<OrderEntry> orders = new ArrayList<>();
            for (int group = 0; group < 20; group++) {
                List<OrderEntry> together = new ArrayList<>();
                for (int i = 0; i < 25; i++) {
                    together.add(order(i < 5 ? 7 : 8));
                }
                shop.journal(together);
                orders.addAll(together);
            }
            shop.decide(orders);
        }
    }

    private static OrderEntry order(long buyer) {
        return OrderEntry.of(OrderRequest.of(buyer).line(1, 1).build());
    }

    private static HikariDataSource poolOfOne(ShopDatabase shop) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(shop.dataSource());
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    /** On the pool's only connection. */
    private static long rowsRead(DataSource one) throws SQLException {
        try (Connection connection = one.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
            long rows = 0;
            while (row.next()) {
                rows += row.getLong(2);
            }
            return rows;
        }
    }
}
