package io.orderflow.faults;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.Wallets;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.journal.OldestPending;
import io.orderflow.internal.journal.PendingOrders;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.ChildPool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Looks at every time that the library writes or reads, in the zone of this JVM, on each database that a line of its
 * input names: JDBC URL, user and password. Says of each that all times hold, or ends.
 */
final class ZonesProgram {
    static final String BETWEEN = "\t";
    static final String HOLDS = "times hold on ";

    /** Far less than zones differ by, and more than a busy machine takes. */
    private static final Duration NEAR = Duration.ofMinutes(10);

    /**
     * Hours of UTC that no clock of Berlin, Paris, New York or St. John's shows in spring, that clocks there show twice
     * in autumn, and their neighbours; in Kolkata nothing ever happens.
     */
    private static final List<Instant> MOMENTS = Stream.of(
                    "2026-03-08T02:15:00.000001",
                    "2026-03-08T02:45:00.999999",
                    "2026-03-08T05:35:00",
                    "2026-03-29T00:59:59.999999",
                    "2026-03-29T01:30:00",
                    "2026-03-29T02:00:00",
                    "2026-03-29T02:00:00.5",
                    "2026-03-29T02:59:59.999999",
                    "2026-10-25T00:30:00",
                    "2026-10-25T01:30:00.25",
                    "2026-10-25T02:30:00.123456",
                    "2026-11-01T01:30:00",
                    "2026-11-01T06:30:00")
            .map(text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC))
            .toList();

    private final HikariDataSource pool;
    private final OrderProcessor orders;
    private final long buyer;

    private ZonesProgram(HikariDataSource pool, OrderProcessor orders, long buyer) {
        this.pool = pool;
        this.orders = orders;
        this.buyer = buyer;
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long buyer = 1;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] database = line.split(BETWEEN, -1);
            look(database, ++buyer);
            System.out.println(HOLDS + database[0]);
        }
    }

    private static void look(String[] database, long buyer) throws Exception {
        try (HikariDataSource pool = ChildPool.open(database, 10)) {
            OrderSchema.of(pool).createOrUpgrade();
            try (OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
                new ZonesProgram(pool, orders, buyer).run();
            }
        }
    }

    private void run() throws Exception {
        orders.inventory().define(1, 1, 1_000, "product");
        orders.wallets().open(buyer, 1_000, "wallet-" + buyer);
        List<UUID> placed = new ArrayList<>();
        for (int i = 0; i < MOMENTS.size(); i++) {
            OrderRequest request = OrderRequest.of(buyer).line(1, 1).build();
            orders.submit(request);
            placed.add(request.id());
        }
        waiting(placed.get(0));
        decided(placed);
        pages(placed);
    }

    /** What the database's clock says of an order that came just now, and of one that came an hour ago. */
    private void waiting(UUID id) throws SQLException {
        near("createdAt", orders.find(id).orElseThrow().createdAt());
        Tables tables = new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX);
        PendingOrders pending = new PendingOrders(tables);
        try (Session session = new VerifiedSessions(pool, tables, false).open(ShopDatabase.JOURNAL_SETTINGS)) {
            expect(
                    new OldestPending(tables).age(session).compareTo(NEAR) < 0,
                    "the oldest waits since " + new OldestPending(tables).age(session));
            expect(overdue(pending, session).isEmpty(), "an order of now is older than " + NEAR);
            session.update("UPDATE orderflow_pending SET created_at = "
                    + session.dialect().utcBefore(3_600_000) + " WHERE orders = " + SqlText.id(id));
            Duration hour = new OldestPending(tables).age(session).minusHours(1);
            expect(!hour.isNegative() && hour.compareTo(NEAR) < 0, "an hour and " + hour);
            expect(overdue(pending, session).equals(List.of(id)), "an order of an hour ago is not old");
        }
    }

    private static List<UUID> overdue(PendingOrders pending, Session session) throws SQLException {
        return pending.overdue(session, new PendingOrders.Wanted(NEAR, id -> false, 10, false));
    }

    private void decided(List<UUID> placed) throws InterruptedException {
        orders.workers(WorkerConfig.defaults()).start();
        for (UUID id : placed) {
            Order order = orders.await(id, Duration.ofSeconds(60)).orElseThrow();
            near("decidedAt", order.decidedAt().orElseThrow(() -> new AssertionError(order + " is not decided")));
        }
        for (Wallets.Entry entry :
                orders.wallets().history(buyer, PageRequest.first(100)).entries()) {
            near("at of " + entry, entry.at());
        }
    }

    /** Sets the orders to the moments, as text, and reads them in pages of every small size. */
    private void pages(List<UUID> placed) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < MOMENTS.size(); i++) {
                String text = LocalDateTime.ofInstant(MOMENTS.get(i), ZoneOffset.UTC)
                        .toString()
                        .replace('T', ' ');
                statement.executeUpdate("UPDATE orderflow_orders SET created_at = '" + text + "' WHERE id = "
                        + SqlText.id(placed.get(i)));
            }
        }
        List<Instant> newestFirst =
                MOMENTS.stream().sorted(Comparator.reverseOrder()).toList();
        for (int size = 1; size <= MOMENTS.size(); size++) {
            List<Instant> read = new ArrayList<>();
            Optional<String> next = Optional.empty();
            do {
                PageRequest request = next.isEmpty() ? PageRequest.first(size) : PageRequest.after(next.get(), size);
                Page<Order> page = orders.ordersOf(buyer, request);
                page.entries().forEach(order -> read.add(order.createdAt()));
                next = page.next();
            } while (next.isPresent() && read.size() <= MOMENTS.size());
            expect(read.equals(newestFirst), "pages of " + size + ": " + read + " and not " + newestFirst);
        }
    }

    private static void near(String what, Instant time) {
        long seconds = Math.abs(ChronoUnit.SECONDS.between(time, Instant.now()));
        expect(seconds < NEAR.toSeconds(), what + " is " + time + ", now it is " + Instant.now());
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
