package io.orderflow.internal.admin;

import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.DeadLetterResult.Refusal;
import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.BatchNumber;
import io.orderflow.internal.engine.Members;
import io.orderflow.internal.journal.JournalRow;
import io.orderflow.internal.journal.Reopening;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * Some dead letters on their way through one transaction. It locks the orders that they are about, then the letters,
 * each ascending by primary key: who parks an order holds its row too, so nobody parks one meanwhile. Used once, by one
 * thread.
 */
final class LetterTransaction {
    private static final String LOST = "40001";

    private final Tables tables;
    private final Session session;
    private final List<String> ids;
    private final Map<UUID, JournalRow> orders = new HashMap<>();

    /**
     * Prepares the transaction.
     *
     * @param ids 1 to 500 distinct ids
     */
    LetterTransaction(Tables tables, Session session, List<String> ids) {
        this.tables = tables;
        this.session = session;
        this.ids = ids;
    }

    /**
     * Brings back the orders that are parked under the letters.
     *
     * @return one result for each letter
     */
    List<DeadLetterResult> redrive() throws SQLException {
        return run(this::refusalOfRedrive, done -> {
            // one order, should its row have been changed by hand, may be parked under two letters
            List<UUID> reopened = done.stream()
                    .map(letter -> letter.order().orElseThrow())
                    .distinct()
                    .toList();
            Reopening.reopen(session, tables, reopened);
            session.update("DELETE FROM " + tables.attempt() + " WHERE order_id IN (" + list(reopened) + ")");
            String members = Members.literal(reopened, order -> order);
            BatchNumber.draw(tables, session, BatchKind.REDRIVEN, reopened.size(), members);
        });
    }

    /**
     * Takes out the letters under which no order is parked.
     *
     * @return one result for each letter
     */
    List<DeadLetterResult> discard() throws SQLException {
        return run(this::refusalOfDiscard, done -> {});
    }

    /** What is to be written before the letters go. */
    @FunctionalInterface
    private interface Writes {
        void write(List<Letter> done) throws SQLException;
    }

    private List<DeadLetterResult> run(Function<Letter, Optional<DeadLetterResult>> refusal, Writes writes)
            throws SQLException {
        return session.transaction(() -> {
            Map<String, Letter> letters = lockedLetters();
            List<DeadLetterResult> results = ids.stream()
                    .map(id -> Optional.ofNullable(letters.get(id))
                            .map(letter -> refusal.apply(letter).orElseGet(letter::done))
                            .orElseGet(() -> new DeadLetterResult.Gone(id)))
                    .toList();
            List<Letter> done = results.stream()
                    .filter(DeadLetterResult.Done.class::isInstance)
                    .map(result -> letters.get(result.id()))
                    .toList();
            if (!done.isEmpty()) {
                writes.write(done);
                takeOut(done.stream().map(Letter::id).toList());
            } else {
                // the results rest on what others committed
                LogFlush.changeSomething(session, tables, OrderIds.next());
            }
            return results;
        });
    }

    /**
     * A letter, and whether it is another content than its order's. That stands in its reason: to compare its bytes
     * with the order's row would take another release's, or a row that was mended, for another content.
     */
    private record Letter(String id, Optional<UUID> order, boolean isConflict) {
        static Letter of(ResultSet row) throws SQLException {
            return new Letter(
                    HexFormat.of().formatHex(row.getBytes(1)),
                    Optional.ofNullable(row.getBytes(2)).map(order -> OrderIds.fromBytes(order, 0)),
                    row.getInt(3) == Codes.of(DeadLetterReason.CONFLICT));
        }

        DeadLetterResult done() {
            return new DeadLetterResult.Done(id, order);
        }
    }

    /** Which orders to lock is read first, without locks; in between a letter may go and come back about another. */
    private Map<String, Letter> lockedLetters() throws SQLException {
        Set<UUID> wanted = new TreeSet<>(OrderIds.UNSIGNED);
        letters("").values().forEach(letter -> letter.order().ifPresent(wanted::add));
        if (!wanted.isEmpty()) {
            lockOrders(wanted);
        }
        Map<String, Letter> letters = letters(" FOR UPDATE");
        for (Letter letter : letters.values()) {
            if (letter.order().isPresent() && !wanted.contains(letter.order().get())) {
                throw new SQLTransactionRollbackException("dead letter " + letter.id() + " changed meanwhile", LOST);
            }
        }
        return letters;
    }

    private Map<String, Letter> letters(String lock) throws SQLException {
        Map<String, Letter> found = new HashMap<>();
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT hash, order_id, reason FROM " + tables.deadLetter()
                        + SqlText.BY_PRIMARY_KEY + " WHERE hash IN (" + hashes(ids) + ")" + lock)) {
            while (row.next()) {
                Letter letter = Letter.of(row);
                found.put(letter.id(), letter);
            }
        }
        return found;
    }

    private void lockOrders(Set<UUID> wanted) throws SQLException {
        try (Statement statement = session.statement();
                ResultSet row = statement.executeQuery("SELECT " + JournalRow.COLUMNS + " FROM " + tables.orders()
                        + " o" + SqlText.BY_PRIMARY_KEY + " WHERE o.id IN (" + list(List.copyOf(wanted))
                        + ") FOR UPDATE")) {
            while (row.next()) {
                JournalRow order = JournalRow.of(row);
                orders.put(order.id(), order);
            }
        }
    }

    private Optional<DeadLetterResult> refusalOfRedrive(Letter letter) {
        Optional<JournalRow> order = letter.order().map(orders::get);
        if (order.isEmpty()) {
            return refused(
                    letter,
                    Refusal.NO_ORDER,
                    "it is no order of this shop, so that nothing can be brought back; it can be exported and"
                            + " discarded");
        }
        String name = "order " + order.get().id();
        if (letter.isConflict()) {
            return refused(
                    letter,
                    Refusal.OTHER_CONTENT,
                    name + " has another content, which stays as it is; this one can be discarded, or submitted under"
                            + " another id");
        }
        if (order.get().status() != Codes.PARKED) {
            return refused(letter, Refusal.NOT_PARKED, name + " is not parked");
        }
        return unreadable(order.get())
                .flatMap(why -> refused(
                        letter,
                        Refusal.UNREADABLE,
                        name + " would be parked again: " + why + "; mend the row, or take a release that can read it,"
                                + " then redrive"));
    }

    private Optional<DeadLetterResult> refusalOfDiscard(Letter letter) {
        Optional<JournalRow> parked =
                letter.order().map(orders::get).filter(order -> order.status() == Codes.PARKED && !letter.isConflict());
        return parked.flatMap(order -> refused(
                letter, Refusal.PARKED, "order " + order.id() + " is parked under it, and would be lost: redrive it"));
    }

    private static Optional<DeadLetterResult> refused(Letter letter, Refusal why, String detail) {
        return Optional.of(new DeadLetterResult.Refused(letter.id(), why, detail));
    }

    private static Optional<String> unreadable(JournalRow order) {
        try {
            OrderEntry entry = OrderEntry.decode(order.id(), order.buyer(), order.request());
            return entry.fingerprint().equals(order.fingerprint())
                    ? Optional.empty()
                    : Optional.of("the request in its row is not the one its fingerprint was made from");
        } catch (MalformedException e) {
            return Optional.of("the request in its row cannot be decoded: " + e.getMessage());
        }
    }

    private void takeOut(List<String> done) throws SQLException {
        int gone = session.update("DELETE FROM " + tables.deadLetter() + " WHERE hash IN (" + hashes(done) + ")");
        if (gone != done.size()) {
            throw new IllegalStateException("of " + done.size() + " locked dead letters, " + gone + " were taken out");
        }
    }

    private static String list(List<UUID> orders) {
        StringBuilder text = new StringBuilder(orders.size() * 36);
        SqlText.list(text, orders, SqlText::id);
        return text.toString();
    }

    /** The ids are hexadecimal digits and nothing else. */
    private static String hashes(List<String> ids) {
        StringBuilder text = new StringBuilder(ids.size() * 68);
        SqlText.list(text, ids, (sql, id) -> SqlText.hex(sql, HexFormat.of().parseHex(id)));
        return text.toString();
    }
}
