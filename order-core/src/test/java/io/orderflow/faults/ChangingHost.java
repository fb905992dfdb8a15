package io.orderflow.faults;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.StoreUnavailableException;
import io.orderflow.WorkerConfig;
import io.orderflow.model.Insist;
import io.orderflow.testing.ChildPool;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A host to be killed: submits orders, decides them, cancels, ends holds and refunds, alone, many at once, and in
 * transactions of its own with a note. Says what it was told, in lines that end with a full stop. Arguments: JDBC URL,
 * user, password, and which life it is.
 */
final class ChangingHost {
    static final String CANCELLED = "cancelled ";
    static final String REFUNDED = "refunded ";
    static final String ENDED = "ended ";
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
        try (HikariDataSource pool = ChildPool.open(args, 12);
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
        if (orders.await(id, TestedShop.BOUND).map(Order::status).equals(Optional.of(OrderStatus.RESERVED))) {
            endHold(random, id);
        }
        refund(orders.changes()
                .refundAsync(RefundRequest.of(id, "piece", new RefundLine(0, 1)))
                .join());
        if (notes && random.nextBoolean()) {
            withNote(
                    "note " + id,
                    (host, reference) ->
                            line(orders.changes().refund(host, RefundRequest.of(id, reference, new RefundLine(0, 1)))));
        }
        List<RefundRequest> twice = List.of(RefundRequest.rest(id, "rest"), RefundRequest.rest(id, "rest"));
        orders.changes().refundAll(twice).forEach(ChangingHost::refund);
    }

    private void endHold(Random random, UUID id) throws SQLException {
        int kind = random.nextInt(3);
        if (kind == 0 && notes) {
            withNote(
                    "note end " + id,
                    (host, reference) -> line(orders.changes().confirm(host, new ConfirmRequest(id, reference))));
        } else if (kind == 1) {
            tell(line(
                    orders.changes().confirmAsync(new ConfirmRequest(id, "end")).join()));
        } else {
            tell(line(
                    orders.changes().releaseAsync(new ReleaseRequest(id, "end")).join()));
        }
    }

    private void cancel(CancelRequest asked) {
        CancelResult result = orders.changes().cancelAsync(asked).join();
        if (result instanceof CancelResult.Cancelled done) {
            System.out.println(CANCELLED + done.orderId() + " " + done.decision() + ".");
        }
    }

    private static void refund(RefundResult result) {
        tell(line(result));
    }

    private static void tell(Optional<String> line) {
        line.ifPresent(System.out::println);
    }

    private static Optional<String> line(RefundResult result) {
        return result instanceof RefundResult.Refunded done
                ? Optional.of(REFUNDED + done.orderId() + " " + done.decision() + ".")
                : Optional.empty();
    }

    private static Optional<String> line(ConfirmResult result) {
        return result instanceof ConfirmResult.Confirmed done
                ? Optional.of(ENDED + done.orderId() + " " + done.decision() + ".")
                : Optional.empty();
    }

    private static Optional<String> line(ReleaseResult result) {
        return result instanceof ReleaseResult.Released done
                ? Optional.of(ENDED + done.orderId() + " " + done.decision() + ".")
                : Optional.empty();
    }

    /** A change in a transaction of the host's; says a line if it was done. */
    @FunctionalInterface
    private interface NotedChange {
        Optional<String> run(Connection host, String reference) throws SQLException;
    }

    private void withNote(String reference, NotedChange change) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            try (PreparedStatement note = connection.prepareStatement("INSERT INTO credit_note VALUES (?)")) {
                note.setString(1, reference);
                note.executeUpdate();
                Optional<String> done = change.run(connection, reference);
                if (done.isPresent()) {
                    connection.commit();
                    tell(done);
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
