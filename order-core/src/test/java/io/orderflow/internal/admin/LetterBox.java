package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.OrderRequest;
import io.orderflow.PageRequest;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.DeadLetters.Letter;
import io.orderflow.internal.engine.DeadLetters.Parking;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Remains;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.journal.PendingOrders;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.ShopDatabase;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Dead letters of each kind, made by what makes them in production, and what tests of them ask for. Thread-safe. */
final class LetterBox {
    static final UUID OTHER_SHOP = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

    private final ShopDatabase shop;
    private final DeadLetters letters;

    LetterBox(ShopDatabase shop) {
        this.shop = shop;
        this.letters = new DeadLetters(shop.tables());
    }

    /** Gives buyer 1 money and product 1 pieces, at 10 each. */
    LetterBox stocked() {
        shop.wallets().open(1, 1_000_000, "wallet");
        shop.inventory().define(1, 10, 100_000, "product");
        return this;
    }

    /** Work on a session. */
    @FunctionalInterface
    interface Work<T> {
        T in(Session session) throws SQLException;
    }

    /** Does it in a session of its own. */
    <T> T with(Work<T> work) {
        try (Session session = shop.session()) {
            return work.in(session);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Sets aside what is no order of this shop, and returns the letter's id. */
    String bury(DeadLetterReason reason, byte[] message) {
        Remains remains = Remains.of(message);
        Remains kept = reason == DeadLetterReason.UNAUTHENTICATED ? remains.ofStranger() : remains;
        with(session -> letters.bury(session, List.of(new Letter(reason, "a test", kept))));
        return HexFormat.of().formatHex(remains.hash());
    }

    /** Another content for a known id. */
    static OrderEntry conflicting(OrderEntry winner) {
        return OrderEntry.of(OrderRequest.of(2).id(winner.id()).line(7, 3).build());
    }

    /** Sets aside another content for a known id, and returns the letter's id. */
    String conflict(OrderEntry winner) {
        Letter letter = DeadLetters.conflict(conflicting(winner));
        with(session -> letters.bury(session, List.of(letter)));
        return HexFormat.of().formatHex(letter.message().hash());
    }

    /** Journals an order and parks it, and returns the letter's id. */
    String park(OrderEntry order) {
        shop.journalRows(List.of(order));
        return parkAgain(order, DeadLetterReason.POISON, 3);
    }

    /** Parks an order as it is, and returns the letter's id. */
    String parkAgain(OrderEntry order, DeadLetterReason reason, int attempts) {
        with(session -> letters.park(session, order.id(), new Parking(reason, "a test", attempts)));
        return idOf(order);
    }

    /** Parks an order that a frame brought, and returns the letter's id. */
    String parkFromFrame(OrderEntry order) {
        with(session -> letters.park(session, order, new Parking(DeadLetterReason.POISON, "a test", 3)));
        return idOf(order);
    }

    static String idOf(OrderEntry order) {
        byte[] content = DeadLetters.content(order.id(), order.buyer(), order.request());
        return HexFormat.of().formatHex(Remains.of(content).hash());
    }

    static byte[] frame(UUID shop, OrderEntry... orders) {
        return FrameCodec.encode(shop, List.of(orders));
    }

    static byte[] frame(OrderEntry... orders) {
        return frame(Frame.NO_SHOP, orders);
    }

    /** Makes a letter older. */
    void age(String id, long millis) {
        String time = with(session -> session.dialect().utcBefore(millis));
        shop.execute("UPDATE orderflow_dead_letter SET created_at = " + time + " WHERE hash = x'" + id + "'");
    }

    /** Decides what recovery finds at once, and returns how many orders got their verdict. */
    int recover() {
        return with(session -> {
            List<UUID> found = new PendingOrders(shop.tables()).placed(session, id -> false, 500);
            return found.isEmpty()
                    ? 0
                    : new Engine(shop.tables(), Step.Watcher.NONE)
                            .recover(session, found)
                            .verdicts()
                            .size();
        });
    }

    /** A worker that died in the middle of an attempt leaves this. */
    void abandonedAttempt(OrderEntry order) {
        shop.execute("INSERT INTO orderflow_attempt (order_id, attempts, owner, claimed_at) VALUES ("
                + SqlText.id(order.id()) + ", 3, " + SqlText.id(UUID.randomUUID()) + ", '2020-01-01 00:00:00')");
    }

    /** The order's status code. */
    String status(OrderEntry order) {
        return String.join(" ", shop.read("SELECT status FROM orderflow_orders WHERE id = " + SqlText.id(order.id())));
    }

    /** The id of the one letter that there is. */
    String only(DeadLetterFilter filter) {
        List<DeadLetter> found = shop.deadLetters()
                .page(filter, PageRequest.first(PageRequest.LARGEST))
                .entries();
        assertEquals(1, found.size());
        return found.get(0).id();
    }

    /** How many letters there are. */
    static int count(DeadLetterOffice office) {
        return office.page(DeadLetterFilter.ALL, PageRequest.first(PageRequest.LARGEST))
                .entries()
                .size();
    }
}
