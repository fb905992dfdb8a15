package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.Limits;
import io.orderflow.OrderRequest;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is set aside, once and with its bytes. */
class DeadLettersTest extends DatabaseContract {
    private DeadLetters letters;
    private Session session;

    @BeforeEach
    void open() {
        letters = new DeadLetters(shop().tables());
        session = shop().session();
    }

    @AfterEach
    void giveBack() {
        session.close();
    }

    @Test
    void aMessageIsBuriedOnceWithItsBytes() throws Exception {
        byte[] message = {0, -1, 39, 92, 10};
        bury(DeadLetterReason.UNDECODABLE, "not a frame: '\"\\ 😀", Remains.of(message));
        bury(DeadLetterReason.UNDECODABLE, "seen again", Remains.of(message));
        bury(DeadLetterReason.UNDECODABLE, "nothing in it", Remains.of(new byte[0]));
        assertEquals(
                List.of("1 not a frame: '\"\\ 😀 null 5", "1 nothing in it null 0"),
                shop().read("SELECT reason, detail, order_id, length FROM orderflow_dead_letter ORDER BY length DESC"));
        assertArrayEquals(message, bytes("body", "length = 5"));
        assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(message), bytes("hash", "length = 5"));
    }

    @Test
    void aLargeMessageIsCutAndItsLengthIsNot() throws Exception {
        byte[] message = new byte[3 * Limits.FRAME_BYTES];
        Arrays.fill(message, (byte) 7);
        byte[] sameBeginning = message.clone();
        sameBeginning[sameBeginning.length - 1] = 8;
        bury(DeadLetterReason.UNDECODABLE, "too large", Remains.of(message));
        bury(DeadLetterReason.UNDECODABLE, "too large", Remains.of(sameBeginning));
        assertEquals(
                List.of(message.length + " 262144", message.length + " 262144"),
                shop().read("SELECT length, LENGTH(body) FROM orderflow_dead_letter"));
    }

    @Test
    void manyMessagesAreBuriedInTwoStatementsAndThoseThatWereThereAreNamedNoMore() throws SQLException {
        List<DeadLetters.Letter> first = strangers(0, 300);
        assertEquals(300, letters.bury(session, first).size());
        List<String> statements = new ArrayList<>();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT) {
                statements.add(sql.substring(0, 6));
            }
        });
        List<DeadLetters.Letter> second = new ArrayList<>(strangers(200, 250));
        second.addAll(strangers(400, 50));
        List<DeadLetters.Letter> buried = letters.bury(session, second);
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(List.of("SELECT", "INSERT", "COMMIT"), statements);
        assertEquals(150, buried.size(), "from 300 to 449, each once");
        assertTrue(second.containsAll(buried) && first.stream().noneMatch(buried::contains));
        assertEquals(450, shop().count("orderflow_dead_letter"));
        assertEquals(List.of(), letters.bury(session, second));
    }

    @Test
    void twoWhoBuryTheSameMessagesDoNotHoldEachOtherUpForEver() throws Exception {
        for (int round = 0; round < 20; round++) {
            List<DeadLetters.Letter> mine = strangers(100 * round, 100);
            List<DeadLetters.Letter> others = new ArrayList<>(strangers(100 * round, 100));
            Collections.reverse(others);
            CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> buriedInTheEnd(others));
            assertEquals(100, buriedInTheEnd(mine) + other.get(60, TimeUnit.SECONDS), "each is new to one of them");
        }
        assertEquals(2_000, shop().count("orderflow_dead_letter"));
    }

    /** Who finds that another was first does it again, as a worker does. */
    private int buriedInTheEnd(List<DeadLetters.Letter> some) {
        try (Session own = shop().session()) {
            while (true) {
                try {
                    return letters.bury(own, some).size();
                } catch (SQLException e) {
                    SqlFailure kind = SqlFailure.of(e);
                    assertTrue(kind == SqlFailure.DUPLICATE_KEY || kind == SqlFailure.CONTENTION, e::toString);
                }
            }
        }
    }

    private static List<DeadLetters.Letter> strangers(int from, int count) {
        List<DeadLetters.Letter> strangers = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            byte[] message = ByteBuffer.allocate(1_000).putInt(i).array();
            strangers.add(new DeadLetters.Letter(
                    DeadLetterReason.UNAUTHENTICATED,
                    "stranger " + i,
                    Remains.of(message).ofStranger()));
        }
        return strangers;
    }

    private void bury(DeadLetterReason reason, String detail, Remains message) throws SQLException {
        letters.bury(session, List.of(new DeadLetters.Letter(reason, detail, message)));
    }

    @Test
    void aLongDetailIsCut() throws SQLException {
        bury(DeadLetterReason.UNDECODABLE, "x".repeat(2_000), Remains.of(new byte[1]));
        bury(DeadLetterReason.UNDECODABLE, "😀".repeat(500), Remains.of(new byte[2]));
        List<String> details = shop().read("SELECT detail FROM orderflow_dead_letter ORDER BY length");
        assertEquals("x".repeat(499) + "…", details.get(0));
        assertEquals("😀".repeat(249) + "…", details.get(1));
    }

    @Test
    void aConflictLeavesTheOrderUnderItsIdAlone() throws Exception {
        OrderEntry first = order(1, 1, 1);
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(2).id(first.id()).line(1, 2).build());
        shop().journal(List.of(first));
        letters.bury(session, List.of(DeadLetters.conflict(other)));
        letters.bury(session, List.of(DeadLetters.conflict(other)));
        assertEquals(List.of("4"), shop().read("SELECT reason FROM orderflow_dead_letter"));
        assertEquals(List.of("0 1"), shop().read("SELECT status, buyer FROM orderflow_orders"));
        assertEquals(other.fingerprint(), framed().entries().get(0).fingerprint());
    }

    /** The reason alone says whether an order is parked under a letter. */
    @Test
    void whatIsGivenUpUnderTheIdOfOtherContentIsAConflict() throws Exception {
        OrderEntry first = order(1, 1, 1);
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(2).id(first.id()).line(1, 2).build());
        shop().journal(List.of(first));
        DeadLetters.Parking why = new DeadLetters.Parking(DeadLetterReason.CRASHED_WORKER, "tried", 3);
        assertEquals(Optional.of(DeadLetterReason.CONFLICT), letters.park(session, other, why));
        assertEquals(Optional.empty(), letters.park(session, other, why));
        assertEquals(
                List.of("4 the order under its id has other content; tried 3"),
                shop().read("SELECT reason, detail, attempts FROM orderflow_dead_letter"));
        assertEquals(List.of("0 1"), shop().read("SELECT status, buyer FROM orderflow_orders"));
        assertEquals(other.fingerprint(), framed().entries().get(0).fingerprint());
        assertTrue(shop().audit().ok());
    }

    @Test
    void anOrderIsParkedWithAndWithoutARow() throws Exception {
        OrderEntry journaled = order(1, 1, 1);
        OrderEntry placed = order(1, 1, 2);
        OrderEntry queued = order(1, 1, 3);
        shop().journal(List.of(journaled, placed));
        shop().execute("UPDATE orderflow_orders SET status = 4 WHERE id = " + SqlText.id(placed.id()));
        for (int again = 0; again < 2; again++) {
            for (OrderEntry order : List.of(journaled, placed, queued)) {
                letters.park(session, order, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
            }
        }
        assertEquals(List.of("3 3"), shop().read("SELECT status, COUNT(*) FROM orderflow_orders GROUP BY status"));
        assertEquals(List.of("2 3"), shop().read("SELECT reason, COUNT(*) FROM orderflow_dead_letter GROUP BY reason"));
        assertEquals(3, shop().audit().parked());
    }

    @Test
    void anOrderThatWasDecidedMeanwhileIsLeftAlone() throws SQLException {
        OrderEntry order = order(1, 1, 1);
        shop().decide(List.of(order));
        letters.park(session, order, new DeadLetters.Parking(DeadLetterReason.CRASHED_WORKER, "tried", 3));
        letters.park(session, order.id(), new DeadLetters.Parking(DeadLetterReason.CRASHED_WORKER, "tried", 3));
        letters.park(
                session,
                OrderIds.next(),
                new DeadLetters.Parking(DeadLetterReason.CRASHED_WORKER, "never heard of", 3));
        assertEquals(List.of("2"), shop().read("SELECT status FROM orderflow_orders"));
        assertEquals(0, shop().count("orderflow_dead_letter"));
    }

    @Test
    void parkingByIdAndByEntryMakeTheSameLetter() throws Exception {
        OrderEntry order = order(1, 1, 1);
        shop().journal(List.of(order));
        letters.park(session, order.id(), new DeadLetters.Parking(DeadLetterReason.CRASHED_WORKER, "tried", 3));
        assertEquals(order.fingerprint(), framed().entries().get(0).fingerprint());
        shop().execute("UPDATE orderflow_orders SET status = 0");
        letters.park(session, order, new DeadLetters.Parking(DeadLetterReason.CRASHED_WORKER, "tried", 3));
        assertEquals(1, shop().count("orderflow_dead_letter"));
    }

    /** Two buyers may well ask for the same. */
    @Test
    void ordersWithEqualRequestsAreParkedByIdWithALetterEach() throws SQLException {
        List<OrderEntry> readable = List.of(order(1, 1, 1), order(2, 1, 1));
        List<OrderEntry> unreadable = List.of(order(3, 1, 1), order(4, 1, 1));
        shop().journal(readable);
        shop().journal(unreadable);
        shop().execute("UPDATE orderflow_orders SET request = x'ff' WHERE buyer IN (3, 4)");
        for (OrderEntry order : List.of(readable.get(0), readable.get(1), unreadable.get(0), unreadable.get(1))) {
            letters.park(session, order.id(), new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
        }
        assertEquals(4, shop().count("orderflow_dead_letter"));
        assertEquals(4, shop().audit().parked());
    }

    @Test
    void aFailureLeavesNeitherHalf() throws SQLException {
        OrderEntry order = order(1, 1, 1);
        shop().journal(List.of(order));
        for (int statement = 1; statement <= 5; statement++) {
            shop().dataSource().setPlan(FaultPlan.nth(Step.AFTER_EXECUTE, statement, FaultPlan::lockWaitTimeout));
            assertThrows(
                    SQLException.class,
                    () -> letters.park(session, order, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3)));
            shop().dataSource().setPlan(FaultPlan.NONE);
            assertEquals(List.of("0"), shop().read("SELECT status FROM orderflow_orders"));
            assertEquals(0, shop().count("orderflow_dead_letter"));
        }
        letters.park(session, order, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
        assertEquals(1, shop().count("orderflow_dead_letter"));
    }

    private Frame framed() throws Exception {
        return FrameCodec.decode(bytes("body", "1 = 1"));
    }

    private byte[] bytes(String column, String condition) throws SQLException {
        try (Connection connection = shop().foreign();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT " + column + " FROM orderflow_dead_letter WHERE " + condition)) {
            assertTrue(row.next());
            byte[] bytes = row.getBytes(1);
            connection.rollback();
            return bytes;
        }
    }
}
