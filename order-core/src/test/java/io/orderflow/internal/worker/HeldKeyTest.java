package io.orderflow.internal.worker;

import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.Payment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.OrderPlacement;
import io.orderflow.internal.sql.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stranger inserts the row of one order of a batch and does not commit: the others are decided meanwhile. */
class HeldKeyTest extends BenchTests {
    private static final AcceptedOrders NOTHING = new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime);

    @AfterEach
    void check() {
        bench.checkShop();
    }

    /** H2 waits for the key of the first row, and calls any other one a duplicate: both are tried. */
    @Test
    void theOthersOfTheBatchAreDecidedWhicheverRowItIs() throws SQLException, InterruptedException {
        for (int place = 0; place < 3; place++) {
            List<OrderEntry> batch = keyed(place, Payment.WALLET);
            OrderEntry held = batch.get(place);
            try (Connection stranger = shop.foreign()) {
                new OrderPlacement(shop.tables(), NOTHING, id -> Optional.empty()).place(stranger, held);
                Worker worker = bench.worker();
                assertTheOthersAreDecided(worker, batch, held, stranger);
                worker.close();
            }
        }
    }

    /** What no wallet pays is inserted from its lines on. From its second batch on the worker remembers the stock. */
    @Test
    void theOthersAreDecidedWhicheverOrdersLinesTheyAre() throws SQLException, InterruptedException {
        Worker worker = bench.worker();
        for (int place = 0; place < 3; place++) {
            List<OrderEntry> batch = keyed(place, Payment.EXTERNAL);
            OrderEntry held = batch.get(place);
            try (Connection stranger = shop.foreign();
                    Statement statement = stranger.createStatement()) {
                statement.executeUpdate(
                        "INSERT INTO orderflow_order_line VALUES (" + SqlText.id(held.id()) + ", 0, 1, 1, 1)");
                assertTheOthersAreDecided(worker, batch, held, stranger);
            }
        }
        worker.close();
    }

    private void assertTheOthersAreDecided(Worker worker, List<OrderEntry> batch, OrderEntry held, Connection stranger)
            throws SQLException, InterruptedException {
        bench.queue.send(batch, 0);
        for (int i = 0; i < 10; i++) {
            bench.step(worker);
        }
        for (OrderEntry other : batch) {
            if (other != held) {
                bench.assertStatus(OrderStatus.COMPLETED, other);
            }
        }
        stranger.rollback();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, held);
    }

    /** Ascending by id, as rows are inserted. */
    private static List<OrderEntry> keyed(int round, Payment payment) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            orders.add(OrderEntry.of(OrderRequest.of(1 + i)
                    .line(1 + i, 1)
                    .payment(payment)
                    .idempotencyKey(payment + " " + round + " " + i)
                    .build()));
        }
        orders.sort((a, b) -> OrderIds.compare(a.id(), b.id()));
        return orders;
    }
}
