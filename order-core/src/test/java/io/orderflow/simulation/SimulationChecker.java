package io.orderflow.simulation;

import io.orderflow.AuditReport;
import io.orderflow.Order;
import io.orderflow.OrderStatus;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.OrderChange.Kind;
import io.orderflow.simulation.RecordedOrders.Row;
import io.orderflow.simulation.SimulationBook.Content;
import io.orderflow.simulation.Trace.Met;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What must hold when a run has come to its end: the invariants I1 to I12, I15 and I16 against the book. */
final class SimulationChecker {
    private static final int UNDECODABLE = 1;
    private static final int POISON = 2;
    private static final int CRASHED_WORKER = 3;
    private static final int CONFLICT = 4;
    private static final int FOREIGN_SHOP = 6;
    private static final int ATTEMPTS = 3;

    private final Simulation run;
    private final SimulationBook book;
    private final RecordedOrders records;
    private final Map<String, Letter> letters = new HashMap<>();

    /** A dead letter. */
    private record Letter(String hash, int reason, Optional<UUID> order, String detail) {
        static Letter of(ResultSet row) throws SQLException {
            byte[] order = row.getBytes(3);
            return new Letter(
                    HexFormat.of().formatHex(row.getBytes(1)),
                    row.getInt(2),
                    Optional.ofNullable(order).map(bytes -> OrderIds.fromBytes(bytes, 0)),
                    row.getString(4));
        }
    }

    SimulationChecker(Simulation run) throws SQLException {
        this.run = run;
        this.book = run.book();
        run.archivists().look();
        this.records = new RecordedOrders(run.database(), book.archive());
    }

    void check() throws SQLException, InterruptedException {
        run.archivists().checkFeed(records);
        AuditReport report = run.database().audit();
        require(report.ok(), "I1 to I3, I7: " + report.examples());
        require(report.pending() == 0, "I5: " + report.pending() + " orders are pending");
        List<ArchiveBook.Line> gone = book.archive().gone();
        require(
                report.archived() == gone.size(),
                "I16: " + report.archived() + " orders are counted as archived, and gone are " + gone.size());
        new PutBack(run.database()).run(gone);
        List<String> differences = run.database().replay();
        require(differences.isEmpty(), "I8, I16: " + differences);
        String dead = "SELECT hash, reason, order_id, detail FROM ";
        run.database()
                .read(dead + run.database().tables().deadLetter(), Letter::of)
                .forEach(letter -> letters.put(letter.hash(), letter));
        book.orders().forEach((id, contents) -> contents.values().forEach(this::checkAnswers));
        records.orders().forEach(this::checkRow);
        letters.values().forEach(this::checkLetter);
        require(
                letters.keySet().containsAll(book.garbage()),
                "I11: a message that is no frame is not in the dead letters");
        book.decisions().forEach(this::checkDecision);
        book.shown().values().forEach(this::checkShown);
        checkChanges();
        int open = run.openConnections();
        require(open == 0, "I12: " + open + " connections were not given back");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }

    private void checkAnswers(Content content) {
        UUID id = content.entry().id();
        List<Row> there = records.of(id);
        Fingerprint asked = content.entry().fingerprint();
        boolean mine = records.isAny(id, row -> row.fingerprint().equals(asked));
        boolean others = records.isAny(id, row -> !row.fingerprint().equals(asked));
        if (content.isAccepted()) {
            require(!there.isEmpty(), "I5: order " + id + " was accepted and is lost");
            require(
                    mine || isBuried(content),
                    "I5: the content accepted for order " + id + " is in no row and no dead letter");
        }
        require(
                !content.isDuplicate() || mine,
                "I10: order " + id + " was called a duplicate of its row, which is " + there);
        require(
                !content.isConflict() || others,
                "I10: order " + id + " was called a conflict with its row, which is " + there);
    }

    private boolean isBuried(Content content) {
        return letters.containsKey(Hashes.of(content.entry()));
    }

    private void checkRow(Row row) {
        Content content = book.orders().getOrDefault(row.id(), Map.of()).get(row.fingerprint());
        require(
                content != null && (content.mayExist() || isLeftOver(content)),
                "I6: nobody asked for order " + row.id() + ", or was told that it is not taken");
        boolean bad = book.poison().contains(row.id()) || book.killers().contains(row.id());
        boolean undecided = row.status() == Codes.PARKED || row.status() == Codes.CANCELLED;
        require(!bad || undecided, "I11: order " + row.id() + " cannot be decided and is " + row);
        if (row.status() == Codes.PARKED) {
            run.trace().met(Met.PARKED);
            require(isBuried(content), "I11: order " + row.id() + " is parked and not in the dead letters");
        } else {
            checkHold(content, row);
        }
    }

    /** The queue may bring what was a conflict as long as the key was known. */
    private boolean isLeftOver(Content content) {
        return content.isConflict()
                && book.archive().wasForgotten(content.entry().id());
    }

    /** Only what holds expires, and not before its time. */
    private void checkHold(Content content, Row row) {
        Optional<Duration> hold = content.entry().holdFor();
        boolean held =
                row.status() == Codes.RESERVED || row.status() == Codes.RELEASED || row.status() == Codes.EXPIRED;
        require(!held || hold.isPresent(), "order " + row.id() + " asked for no hold and is " + row);
        if (row.status() == Codes.EXPIRED) {
            run.trace().met(Met.EXPIRED);
            require(
                    hold.orElseThrow().compareTo(Requests.ENDLESS) < 0,
                    "order " + row.id() + " expired before its time: " + row);
        }
    }

    /** I11: nothing is in the dead letters that does not belong there. */
    private void checkLetter(Letter letter) {
        switch (letter.reason()) {
            case UNDECODABLE -> {
                run.trace().met(Met.UNDECODABLE_LETTER);
                require(book.garbage().contains(letter.hash()), "I11: a frame of ours was not decoded: " + letter);
            }
            case POISON -> {
                run.trace().met(Met.POISON_LETTER);
                require(book.poison().contains(letter.order().orElseThrow()), "I11: " + letter);
            }
            case CRASHED_WORKER -> {
                run.trace().met(Met.CRASHED_WORKER_LETTER);
                boolean mayBe = book.killers().contains(letter.order().orElseThrow())
                        || run.met().getOrDefault(Met.CRASH, 0) >= ATTEMPTS;
                require(mayBe, "I11: an order was blamed for deaths that did not happen: " + letter);
            }
            case CONFLICT -> {
                run.trace().met(Met.CONFLICT_LETTER);
                checkConflict(letter);
            }
            case FOREIGN_SHOP -> {
                run.trace().met(Met.FOREIGN_LETTER);
                require(
                        book.garbage().contains(letter.hash()),
                        "I11: a frame of ours was not taken as ours: " + letter);
            }
            default -> throw new AssertionError("a reason that does not exist: " + letter);
        }
    }

    /**
     * A queue that fails may keep what it did not confirm; when the journal then calls it a conflict, that is known.
     */
    private boolean mayBeOnTheQueue(SimulationBook.Content content) {
        return content.mayExist() || content.isConflict() && run.profile().queueFaults() > 0;
    }

    private void checkConflict(Letter letter) {
        UUID id = letter.order().orElseThrow();
        boolean asked = book.orders().getOrDefault(id, Map.of()).values().stream()
                .anyMatch(content -> Hashes.of(content.entry()).equals(letter.hash())
                        && mayBeOnTheQueue(content)
                        && records.isAny(
                                id,
                                row -> !row.fingerprint().equals(content.entry().fingerprint())));
        require(asked, "I11: not a conflict that anybody caused: " + letter);
    }

    private void checkDecision(long decision, UUID id) {
        require(
                records.isAny(id, row -> row.decision() == decision),
                "order " + id + " was told as decided in " + decision + " and is " + records.of(id));
    }

    /** P5: a verdict that somebody saw is final; a hold may end, and what was completed may be given back. */
    private void checkShown(Order order) {
        long decision = order.decision().orElseThrow();
        require(
                records.isAny(order.id(), row -> row.decision() == decision && mayBecome(order.status(), row)),
                "P5: order " + order.id() + " was shown as " + order.status() + " and is " + records.of(order.id()));
    }

    private static boolean mayBecome(OrderStatus shown, Row now) {
        return switch (shown) {
            case COMPLETED -> Codes.isCompleted(now.status());
            case RESERVED -> Codes.isCharged(now.status());
            case ARCHIVED -> now.archived();
            default -> Codes.status(now.status()) == shown;
        };
    }

    /** I7: what was told as done is there, once. */
    private void checkChanges() {
        ChangeBook told = book.changes();
        told.cancelled().forEach((id, decision) -> {
            boolean cancelled = records.isAny(
                    id,
                    row -> row.status() == Codes.CANCELLED && row.decision() == decision
                            || row.status() == Codes.RELEASED && records.isThere(id, Kind.CANCEL, decision));
            require(
                    cancelled,
                    "I7: order " + id + " was told as cancelled in " + decision + " and is " + records.of(id));
        });
        told.ends().forEach((id, end) -> {
            boolean ended = records.isThere(id, end.kind(), end.decision());
            boolean confirmed = end.kind() == Kind.CONFIRM;
            require(
                    ended
                            && records.isAny(
                                    id,
                                    row -> confirmed
                                            ? Codes.isCompleted(row.status())
                                            : row.status() == Codes.RELEASED),
                    "I7: the hold of order " + id + " was told to have " + end + ", the order is " + records.of(id));
        });
        require(
                records.changes().containsAll(told.refunds()),
                "I7: of the refunds told as done in " + told.refunds() + " there are " + records.changes());
    }
}
