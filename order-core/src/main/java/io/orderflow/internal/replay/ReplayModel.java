package io.orderflow.internal.replay;

import io.orderflow.OrderLine;
import io.orderflow.RejectReason;
import io.orderflow.ReplayReport;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.replay.ShopModel.Decision;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Replays all decisions, adjustments and changes of a database, in the order of their numbers, through
 * {@link ShopModel}, and names each verdict, reason, total, line, balance, stock and price that comes out differently
 * (I8). Reads one snapshot, row by row, also while orders go on; keeps the wallets and products in memory, and no
 * orders but those that were changed.
 *
 * <p>It says nothing of orders without a verdict. That the records agree with each other otherwise is the audit's
 * business.
 */
public final class ReplayModel {
    /** Codes of changes are above this, and no adjustment's is. */
    private static final int CHANGE = 100;

    /** The code of a change's pieces. */
    private static final int PIECE = 200;

    private final Connection connection;
    private final Tables tables;
    private final ShopModel shop = new ShopModel();
    private final List<String> differences = new ArrayList<>();
    private long unnamed;
    private long replayed;
    private String lastNumber = "";
    private Optional<UUID> lastOrder = Optional.empty();
    private List<OrderLine> expectedLines = List.of();
    private int linesSeen;
    private ReplayedChanges changes;

    /**
     * Replays what the connection sees.
     *
     * @param connection with a transaction of its own and one snapshot for all of it
     */
    public ReplayModel(Connection connection, Tables tables) {
        this.connection = connection;
        this.tables = tables;
    }

    /**
     * Replays everything. Once.
     *
     * @throws SQLException if the database cannot be read
     */
    public ReplayReport run() throws SQLException {
        long start = System.nanoTime();
        changes = new ReplayedChanges(shop, changedOrders(), this::differs);
        replay();
        states();
        accounts("SELECT buyer, balance FROM " + tables.wallet(), "balance of buyer", shop.balances());
        accounts("SELECT product, available FROM " + tables.stock(), "stock of product", shop.available());
        accounts("SELECT product, unit_price FROM " + tables.stock(), "price of product", shop.prices());
        accounts("SELECT product, max_per_buyer FROM " + tables.stock(), "limit of product", shop.limits());
        purchases();
        return new ReplayReport(
                replayed, differences.size() + unnamed, differences, Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * One row for each adjustment, each order with a verdict and, after it, each of its lines; for each change and,
     * after it, each of its pieces.
     */
    private String events() {
        return "SELECT batch_id, place, id, -1 AS line_no, subject AS account, kind AS code, amount, unit_price,"
                + " x'' AS request, x'' AS fingerprint FROM " + tables.adjustment()
                + " UNION ALL SELECT batch_id, place, id, -1, buyer, -status, 0, reason, request, fingerprint FROM "
                + tables.orders() + " WHERE status IN (1, 2, 5, 7, 8, 9)"
                + " UNION ALL SELECT o.batch_id, o.place, l.order_id, l.line_no, l.product, 0, l.quantity, "
                + "l.unit_price,"
                + " x'', x'' FROM " + tables.orderLine() + " l LEFT JOIN " + tables.orders() + " o ON o.id = l.order_id"
                + " UNION ALL SELECT batch_id, place, id, -1, buyer, " + CHANGE + " + kind, amount, credited, order_id,"
                + " x'' FROM " + tables.orderChange()
                + " UNION ALL SELECT c.batch_id, c.place, r.change_id, r.line_no, r.restocked, " + PIECE
                + ", r.quantity, 0, x'', x'' FROM " + tables.refundLine() + " r LEFT JOIN " + tables.orderChange()
                + " c ON c.id = r.change_id"
                + " ORDER BY 1, 2, 3, 4";
    }

    private void replay() throws SQLException {
        try (Statement statement = streaming();
                ResultSet row = statement.executeQuery(events())) {
            while (row.next()) {
                int code = row.getInt(6);
                if (code == 0) {
                    line(row);
                    continue;
                }
                if (code == PIECE) {
                    changes.piece(row.getInt(4), row.getInt(7), row.getBoolean(5));
                    continue;
                }
                endOfOrder();
                changes.end();
                number(row);
                if (code > CHANGE) {
                    changes.begin(new ReplayedChanges.Change(
                            OrderIds.fromBytes(row.getBytes(9), 0),
                            code - CHANGE,
                            row.getLong(5),
                            row.getLong(7),
                            row.getLong(8),
                            lastNumber));
                } else if (code > 0) {
                    adjustment(row, code);
                } else {
                    order(row, -code);
                }
            }
            endOfOrder();
            changes.end();
        }
    }

    private void states() throws SQLException {
        try (Statement statement = streaming();
                ResultSet row = statement.executeQuery(
                        "SELECT id, status FROM " + tables.orders() + " WHERE status BETWEEN 5 AND 9")) {
            while (row.next()) {
                changes.state(OrderIds.fromBytes(row.getBytes(1), 0), row.getInt(2));
            }
        }
        changes.endOfStates();
    }

    private Set<UUID> changedOrders() throws SQLException {
        Set<UUID> changed = new HashSet<>();
        try (Statement statement = streaming();
                ResultSet row = statement.executeQuery("SELECT DISTINCT order_id FROM " + tables.orderChange())) {
            while (row.next()) {
                changed.add(OrderIds.fromBytes(row.getBytes(1), 0));
            }
        }
        return changed;
    }

    private void number(ResultSet row) throws SQLException {
        String number = row.getLong(1) + "/" + row.getInt(2);
        if (number.equals(lastNumber)) {
            differs("decision number " + number + " stands twice");
        }
        if (row.getLong(1) < 1) {
            differs("decision number " + number + " belongs to no batch");
        }
        lastNumber = number;
        replayed++;
    }

    private void adjustment(ResultSet row, int kind) throws SQLException {
        long subject = row.getLong(5);
        long amount = row.getLong(7);
        long price = row.getLong(8);
        boolean possible = switch (kind) {
            case 1 -> shop.defineProduct(subject, amount, price);
            case 2, 3 -> shop.addToStock(subject, amount);
            case 4 -> shop.setPrice(subject, price);
            case 5 -> shop.setMaxPerBuyer(subject, amount);
            case 6 -> shop.removeMaxPerBuyer(subject);
            case 11 -> shop.openWallet(subject, amount);
            case 12, 13 -> shop.addToWallet(subject, amount);
            default -> false;
        };
        if (!possible) {
            differs("adjustment " + lastNumber + " of kind " + kind + " by " + amount + " on " + subject
                    + " should have been refused");
        }
    }

    private void order(ResultSet row, int status) throws SQLException {
        UUID id = OrderIds.fromBytes(row.getBytes(3), 0);
        lastOrder = Optional.of(id);
        expectedLines = List.of();
        linesSeen = 0;
        try {
            OrderEntry entry = OrderEntry.decode(id, row.getLong(5), row.getBytes(9));
            if (!entry.fingerprint().equals(Fingerprint.fromBytes(row.getBytes(10), 0))) {
                differs("order " + id + " has the fingerprint of another content");
            }
            decided(entry, status, row);
        } catch (MalformedException e) {
            differs("order " + id + " has a verdict and an unreadable request: " + e.getMessage());
        }
    }

    private void decided(OrderEntry entry, int status, ResultSet row) throws SQLException {
        Decision decision = shop.decide(entry.buyer(), entry.payment(), entry.lines());
        String expected = text(decision.reason().map(ReplayModel::code).orElse(0));
        String seen = (status != 2) == (row.getInt(8) == 0)
                ? text(row.getInt(8))
                : "status " + status + " with reason " + row.getInt(8);
        if (!seen.equals(expected)) {
            differs("order " + entry.id() + ", number " + lastNumber + ", is " + seen + " and should be " + expected);
        }
        if (decision.reason().isEmpty()) {
            expectedLines = entry.lines().stream()
                    .map(line -> OrderLine.of(
                            line.product(), line.quantity(), shop.prices().get(line.product())))
                    .toList();
        }
        changes.decided(entry, expectedLines, status);
    }

    private static String text(int reason) {
        return reason == 0 ? "completed" : "rejected for reason " + reason;
    }

    /** The numbers in the tables, written down a second time. */
    private static int code(RejectReason reason) {
        return switch (reason) {
            case UNKNOWN_BUYER -> 1;
            case UNKNOWN_PRODUCT -> 2;
            case PRICE_CHANGED -> 3;
            case AMOUNT_TOO_LARGE -> 4;
            case INSUFFICIENT_STOCK -> 5;
            case INSUFFICIENT_FUNDS -> 6;
            case LIMIT_PER_BUYER -> 7;
        };
    }

    private void line(ResultSet row) throws SQLException {
        UUID order = OrderIds.fromBytes(row.getBytes(3), 0);
        int number = row.getInt(4);
        if (!lastOrder.equals(Optional.of(order)) || number != linesSeen || number >= expectedLines.size()) {
            differs("order " + order + " should not have a line " + number);
            return;
        }
        linesSeen++;
        String seen = row.getLong(5) + " x " + row.getLong(7) + " at " + row.getLong(8);
        OrderLine line = expectedLines.get(number);
        String expected = line.product() + " x " + line.quantity() + " at "
                + line.unitPrice().getAsLong();
        if (!seen.equals(expected)) {
            differs("order " + order + ", line " + number + ", is " + seen + " and should be " + expected);
        }
    }

    private void endOfOrder() {
        if (linesSeen < expectedLines.size()) {
            differs("order " + lastOrder.orElseThrow() + " has " + linesSeen + " lines of " + expectedLines.size());
        }
        lastOrder = Optional.empty();
        expectedLines = List.of();
        linesSeen = 0;
    }

    private void accounts(String query, String what, Map<Long, Long> expected) throws SQLException {
        Set<Long> seen = new HashSet<>();
        try (Statement statement = streaming();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                long id = row.getLong(1);
                seen.add(id);
                if (!Objects.equals(expected.get(id), row.getLong(2))) {
                    differs(what + " " + id + " is " + row.getLong(2) + " and should be " + expected.get(id));
                }
            }
        }
        expected.keySet().stream()
                .filter(id -> !seen.contains(id))
                .forEach(id -> differs(what + " " + id + " is gone"));
    }

    private void purchases() throws SQLException {
        Map<String, Long> expected = new HashMap<>(shop.purchases());
        try (Statement statement = streaming();
                ResultSet row = statement.executeQuery("SELECT p.product, p.buyer, p.pieces FROM " + tables.purchase()
                        + " p JOIN " + tables.stock() + " s ON s.product = p.product"
                        + " AND s.counted_since = p.counted_since WHERE s.max_per_buyer > 0 AND p.pieces <> 0")) {
            while (row.next()) {
                String share = row.getLong(1) + "/" + row.getLong(2);
                Long pieces = expected.remove(share);
                if (!Objects.equals(pieces, row.getLong(3))) {
                    differs("count of product/buyer " + share + " is " + row.getLong(3) + " and should be " + pieces);
                }
            }
        }
        expected.forEach((share, pieces) -> differs("count of product/buyer " + share + " should be " + pieces));
    }

    private Statement streaming() throws SQLException {
        Statement statement = connection.createStatement();
        Dialect.of(connection).rowByRow(statement);
        return statement;
    }

    private void differs(String difference) {
        if (differences.size() < ReplayReport.EXAMPLES) {
            differences.add(difference);
        } else {
            unnamed++;
        }
    }
}
