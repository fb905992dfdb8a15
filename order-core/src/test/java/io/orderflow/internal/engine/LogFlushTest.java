package io.orderflow.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AdjustmentResult;
import io.orderflow.CancelResult;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.WalletAdjustment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.JournalOutcome;
import io.orderflow.internal.journal.RowJournal;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.model.DatabaseContract;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What rests on a row that another transaction wrote is followed by a commit of a change of our own, and nothing else
 * is.
 */
class LogFlushTest extends DatabaseContract {
    private static final List<String> FLUSH =
            List.of("INSERT INTO orderflow_attempt", "DELETE FROM orderflow_attempt", "COMMIT");

    private final List<String> statements = new ArrayList<>();
    private RowJournal journal;

    @BeforeEach
    void open() {
        shop().wallets().open(1, 1_000, "open");
        shop().inventory().define(1, 1, 1_000, "define");
        journal = new RowJournal(
                shop().tables(), () -> shop().sessions().open(ShopDatabase.JOURNAL_SETTINGS), Telemetry.NONE);
    }

    @AfterEach
    void nothingStays() {
        shop().dataSource().setPlan(FaultPlan.NONE);
        journal.idle();
        assertEquals(0, shop().count("orderflow_attempt"));
    }

    private void listen() {
        shop().dataSource().setPlan((step, sql) -> {
            boolean begins = step == Step.BEFORE_EXECUTE || step == Step.BEFORE_COMMIT;
            // the settings of a session are no part of a transaction
            if (begins && !sql.startsWith("SET ")) {
                statements.add(sql);
            }
        });
    }

    private void assertFlushed(boolean flushed) {
        shop().dataSource().setPlan(FaultPlan.NONE);
        List<String> last = statements.subList(Math.max(0, statements.size() - FLUSH.size()), statements.size());
        List<String> begun = new ArrayList<>();
        last.forEach(sql -> FLUSH.stream().filter(sql::startsWith).forEach(begun::add));
        boolean anywhere = statements.stream().anyMatch(sql -> sql.contains("orderflow_attempt"));
        assertEquals(flushed, begun.equals(FLUSH), statements::toString);
        assertEquals(flushed, anywhere, statements::toString);
        statements.clear();
    }

    @Test
    void theJournalsAnswersToWhatWasThereBefore() throws Exception {
        OrderEntry known = order(1, 1, 1);
        OrderEntry other =
                OrderEntry.of(OrderRequest.of(2).id(known.id()).line(1, 2).build());
        journal.write(List.of(known));
        listen();
        assertInstanceOf(
                JournalOutcome.Duplicate.class, journal.write(List.of(known)).get(0));
        assertFlushed(true);
        listen();
        assertEquals(JournalOutcome.CONFLICT, journal.settle(List.of(other)).get(0));
        assertFlushed(true);
        listen();
        journal.write(List.of(order(1, 1, 1), known, order(1, 1, 1)));
        assertFlushed(false);
        listen();
        journal.write(List.of(order(1, 1, 1)));
        assertFlushed(false);
        assertEquals(4, shop().count("orderflow_orders"), "each was committed");
    }

    @Test
    void ordersThatWereDecidedBefore() throws Exception {
        OrderEntry known = order(1, 1, 1);
        OrderEntry parked = order(1, 1, 1);
        shop().decide(List.of(known));
        Engine engine = new Engine(shop().tables(), step -> {});
        try (Session session = shop().session()) {
            new DeadLetters(shop().tables())
                    .park(session, parked, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
            listen();
            assertEquals(2, engine.decide(session, List.of(known, parked)).skipped());
            assertFlushed(true);
            listen();
            assertEquals(1, engine.decideAround(session, List.of(known)).skipped());
            assertFlushed(true);
            listen();
            assertEquals(
                    1, engine.decide(session, List.of(known, order(1, 1, 1))).skipped());
            assertFlushed(false);
            listen();
            engine.recover(session, List.of(known.id()));
            assertFlushed(false);
        }
    }

    @Test
    void whatIsInTheDeadLettersAlready() throws Exception {
        DeadLetters letters = new DeadLetters(shop().tables());
        DeadLetters.Letter known =
                new DeadLetters.Letter(DeadLetterReason.UNDECODABLE, "known", Remains.of(new byte[] {1}));
        DeadLetters.Letter fresh =
                new DeadLetters.Letter(DeadLetterReason.UNDECODABLE, "new", Remains.of(new byte[] {2}));
        OrderEntry decided = order(1, 1, 1);
        shop().decide(List.of(decided));
        try (Session session = shop().session()) {
            listen();
            letters.bury(session, List.of(known));
            assertFlushed(false);
            listen();
            letters.bury(session, List.of(known));
            assertFlushed(true);
            listen();
            letters.bury(session, List.of(known, fresh));
            assertFlushed(false);
            OrderEntry other =
                    OrderEntry.of(OrderRequest.of(2).id(decided.id()).line(1, 2).build());
            letters.bury(session, List.of(DeadLetters.conflict(other)));
            listen();
            letters.bury(session, List.of(DeadLetters.conflict(other)));
            assertFlushed(true);
            listen();
            letters.park(session, decided, new DeadLetters.Parking(DeadLetterReason.POISON, "tried", 3));
            assertFlushed(true);
        }
    }

    @Test
    void deadLettersThatSomebodyWasDoneWith() throws Exception {
        DeadLetters letters = new DeadLetters(shop().tables());
        Remains message = Remains.of(new byte[] {1});
        try (Session session = shop().session()) {
            letters.bury(session, List.of(new DeadLetters.Letter(DeadLetterReason.UNDECODABLE, "known", message)));
        }
        String id = HexFormat.of().formatHex(message.hash());
        DeadLetterOffice office = shop().deadLetters();
        listen();
        assertInstanceOf(DeadLetterResult.Refused.class, office.redrive(id, "me"));
        assertFlushed(true);
        listen();
        assertInstanceOf(DeadLetterResult.Done.class, office.discard(id, "me"));
        assertFlushed(false);
        listen();
        assertInstanceOf(DeadLetterResult.Gone.class, office.discard(id, "me"));
        assertFlushed(true);
    }

    @Test
    void adjustmentsThatWereAppliedBefore() {
        List<WalletAdjustment> deposit = List.of(WalletAdjustment.deposit(1, 5, "deposit"));
        shop().wallets().applyAll(deposit);
        listen();
        assertInstanceOf(
                AdjustmentResult.Duplicate.class,
                shop().wallets().applyAll(deposit).get(0));
        assertTrue(statements.stream().anyMatch(sql -> sql.startsWith("INSERT INTO orderflow_attempt")));
        statements.clear();
        shop().wallets().applyAll(List.of(deposit.get(0), WalletAdjustment.deposit(1, 5, "another")));
        assertFlushed(false);
    }

    @Test
    void changesOfOrdersThatWereDoneBefore() throws Exception {
        OrderEntry completed = order(1, 1, 1);
        OrderEntry pending = order(1, 1, 1);
        shop().decide(List.of(completed));
        journal.write(List.of(pending));
        OrderChanges changes = shop().changes();
        listen();
        assertInstanceOf(RefundResult.Refunded.class, changes.refund(RefundRequest.rest(completed.id(), "refund")));
        assertFlushed(false);
        listen();
        assertInstanceOf(RefundResult.Duplicate.class, changes.refund(RefundRequest.rest(completed.id(), "refund")));
        assertFlushed(true);
        listen();
        assertInstanceOf(CancelResult.Cancelled.class, changes.cancel(pending.id(), "cancel"));
        assertFlushed(false);
        listen();
        assertInstanceOf(CancelResult.Duplicate.class, changes.cancel(pending.id(), "cancel"));
        assertFlushed(true);
    }
}
