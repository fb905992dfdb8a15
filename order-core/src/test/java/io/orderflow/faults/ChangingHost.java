package io.orderflow.faults;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.StoreUnavailableException;
import io.orderflow.WorkerConfig;
import io.orderflow.model.Insist;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A host to be killed: submits orders, decides them, cancels and refunds, alone, many at once, and in transactions of
 * its own with a note. Says what it was told, in lines that end with a full stop. Arguments: JDBC URL, user, password,
 * and which life it is.
 */
final class ChangingHost {
    static final String CANCELLED = "cancelled ";
    static final String REFUNDED = "refunded ";
    private static final int BUYERS = 4;

    private final long life;
    private final HikariDataSource pool;
    /** On a file of H2 a change cannot be a part of the host's transaction. */
    private final boolean notes;

    private final OrderProcessor orders;
    private final AtomicInteger next = new AtomicInteger();

    private ChangingHost(long life, HikariDataSource pool, OrderProcessor orders) {
        this.life = life;
        this.pool = pool;
        this.notes = !pool.getJdbcUrl().startsWith("jdbc:h2:");
        this.orders = orders;
    }

    public static void main(String[] args) throws IOException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(args[0]);
        config.setUsername(args[1]);
        config.setPassword(args[2]);
        config.setMaximumPoolSize(12);
        try (HikariDataSource pool = new HikariDataSource(config);
                OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
            orders.workers(WorkerConfig.builder().lease(TestedShop.LEASE).build())
                    .start();
            ChangingHost host = new ChangingHost(Long.parseLong(args[3]), pool, orders);
            IntStream.range(0, BUYERS).forEach(i -> new Thread(host::live, "buyer-" + i).start());
            while (System.in.read() >= 0) {
                // until it is killed
            }
        }
    }

    private void live() {
        Random random = new Random(life * BUYERS + next.get());
        while (true) {
            int number = next.getAndIncrement();
            try {
                buy(random, Goods.order(life, number));
            } catch (StoreUnavailableException | CompletionException | SQLException e) {
                System.err.println(e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void buy(Random random, OrderRequest request) throws InterruptedException, SQLException {
        UUID id = request.id();
        if (random.nextInt(10) == 0) {
            cancel(CancelRequest.of(request, "before"));
        }
        Insist.onAcceptance(orders, List.of(request));
        if (random.nextInt(3) == 0) {
            cancel(new CancelRequest(id, "after"));
        }
        orders.await(id, TestedShop.BOUND);
        refund(orders.changes()
                .refundAsync(RefundRequest.of(id, "piece", new RefundLine(0, 1)))
                .join());
        if (notes && random.nextBoolean()) {
            refundWithNote(id);
        }
        List<RefundRequest> twice = List.of(RefundRequest.rest(id, "rest"), RefundRequest.rest(id, "rest"));
        orders.changes().refundAll(twice).forEach(ChangingHost::refund);
    }

    private void cancel(CancelRequest asked) {
        CancelResult result = orders.changes().cancelAsync(asked).join();
        if (result instanceof CancelResult.Cancelled done) {
            System.out.println(CANCELLED + done.orderId() + " " + done.decision() + ".");
        }
    }

    private static void refund(RefundResult result) {
        if (result instanceof RefundResult.Refunded done) {
            System.out.println(REFUNDED + done.orderId() + " " + done.decision() + ".");
        }
    }

    private void refundWithNote(UUID id) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            String reference = "note " + id;
            try (PreparedStatement note = connection.prepareStatement("INSERT INTO credit_note VALUES (?)")) {
                note.setString(1, reference);
                note.executeUpdate();
                RefundRequest piece = RefundRequest.of(id, reference, new RefundLine(0, 1));
                RefundResult result = orders.changes().refund(connection, piece);
                if (result instanceof RefundResult.Refunded) {
                    connection.commit();
                    refund(result);
                } else {
                    connection.rollback();
                }
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
    }
}
