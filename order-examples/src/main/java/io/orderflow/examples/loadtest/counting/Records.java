package io.orderflow.examples.loadtest.counting;

import io.orderflow.RejectReason;
import io.orderflow.examples.loadtest.orders.LoadData;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Reads what the library's tables say, without the library: a check that asked the library's own code would share its
 * mistakes. Set-based, in pieces, so that memory does not grow with the orders. Thread-safe.
 */
public final class Records {
    private static final int PIECE = 500;
    private static final int COMPLETED = 1;
    /** By their numbers in the tables, from 1. */
    private static final List<RejectReason> REASONS = List.of(
            RejectReason.UNKNOWN_BUYER,
            RejectReason.UNKNOWN_PRODUCT,
            RejectReason.PRICE_CHANGED,
            RejectReason.AMOUNT_TOO_LARGE,
            RejectReason.INSUFFICIENT_STOCK,
            RejectReason.INSUFFICIENT_FUNDS,
            RejectReason.LIMIT_PER_BUYER);

    private static final int REJECTED = 2;
    private static final int PARKED = 3;
    private static final int RESERVED = 5;
    /** Codes of states are below this. */
    private static final int STATES = 16;

    private final DataSource dataSource;
    private final String tablePrefix;

    public Records(DataSource dataSource, String tablePrefix) {
        this.dataSource = dataSource;
        this.tablePrefix = tablePrefix;
    }

    /**
     * What became of the accepted orders of a phase.
     *
     * @param completed orders with the verdict COMPLETED
     * @param rejected orders with the verdict REJECTED
     * @param parked orders that were set aside
     * @param pending orders that still wait, or hold what they took
     * @param missing orders without a row
     * @param rejections rejected orders by reason, in the order of the reasons; without reasons that no order has
     */
    public record Outcome(
            long completed, long rejected, long parked, long pending, long missing, Map<String, Long> rejections) {
        /** Accepted orders that neither have a verdict nor were set aside. */
        public long lost() {
            return pending + missing;
        }
    }

    /** Looks up every accepted order of a phase. */
    public Outcome outcome(RunLedger ledger) throws SQLException {
        Tally tally = new Tally();
        try (Connection connection = dataSource.getConnection();
                Statement statement = statement(connection)) {
            IdList ids = new IdList(tablePrefix);
            for (int i = 0; i < ledger.size(); i++) {
                if ((ledger.marks(i) & RunLedger.ACCEPTED) == 0) {
                    continue;
                }
                ids.add(ledger.id(i));
                if (ids.size() == PIECE) {
                    tally.add(statement, ids);
                }
            }
            tally.add(statement, ids);
        }
        return tally.outcome();
    }

    /**
     * What a look at some orders brought.
     *
     * @param asked orders that were looked up
     * @param found those of them whose verdict is there
     */
    public record Looked(int asked, int found) {}

    /** Hears of verdicts that stand in the database. */
    public interface VerdictReader {
        /**
         * The verdict of an order was read.
         *
         * @param index the order's, in the ledger
         * @param now when, by {@link System#nanoTime}
         * @param rejected why it was rejected; empty when it was not
         */
        void read(int index, long now, Optional<RejectReason> rejected);
    }

    /**
     * Looks for verdicts of accepted orders that are not known yet.
     *
     * @param from the index to begin with
     * @param end the index to end before
     * @param most how many such orders to look at
     * @param reader told what is found
     */
    public Looked readVerdicts(RunLedger ledger, int from, int end, int most, VerdictReader reader)
            throws SQLException {
        int asked = 0;
        int found = 0;
        try (Connection connection = dataSource.getConnection();
                Statement statement = statement(connection)) {
            IdList ids = new IdList(tablePrefix);
            for (int i = from; i < end && asked < most; i++) {
                if ((ledger.marks(i) & (RunLedger.ACCEPTED | RunLedger.DECIDED)) == RunLedger.ACCEPTED) {
                    ids.add(ledger.id(i));
                    asked++;
                }
                if (ids.size() == PIECE) {
                    found += noteVerdicts(statement, ids, ledger, reader);
                }
            }
            return new Looked(asked, found + noteVerdicts(statement, ids, ledger, reader));
        }
    }

    /** Which database this is, in its own words. */
    public String database() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            DatabaseMetaData server = connection.getMetaData();
            String version = server.getDatabaseProductVersion();
            // MariaDB calls itself MySQL 5.5.5 first, for old clients
            return version.contains("MariaDB")
                    ? "MariaDB " + version.replaceFirst("^5\\.5\\.5-", "")
                    : server.getDatabaseProductName() + " " + version;
        }
    }

    /** How many orders the load test's buyers have, the poor ones included, wherever they came from. */
    public long ordersOf(int buyers) throws SQLException {
        return ordersOf(LoadData.FIRST_BUYER, buyers) + ordersOf(LoadData.FIRST_POOR_BUYER, buyers);
    }

    private long ordersOf(long first, int buyers) throws SQLException {
        String query = "SELECT COUNT(*) FROM " + tablePrefix + "orders WHERE buyer BETWEEN " + first + " AND "
                + (first + buyers - 1);
        try (Connection connection = dataSource.getConnection();
                Statement statement = statement(connection);
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The balances of those of the buyers who have a wallet. */
    public Map<Long, Long> balances(long from, long until) throws SQLException {
        String query =
                "SELECT buyer, balance FROM " + tablePrefix + "wallet WHERE buyer >= " + from + " AND buyer < " + until;
        Map<Long, Long> balances = new HashMap<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = statement(connection);
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                balances.put(row.getLong(1), row.getLong(2));
            }
        }
        return balances;
    }

    private static int noteVerdicts(Statement statement, IdList ids, RunLedger ledger, VerdictReader reader)
            throws SQLException {
        if (ids.size() == 0) {
            return 0;
        }
        int found = 0;
        try (ResultSet row = statement.executeQuery(ids.query())) {
            long now = System.nanoTime();
            while (row.next()) {
                int status = row.getInt(2);
                if (status == COMPLETED || status == RESERVED || status == REJECTED || status == PARKED) {
                    reader.read(ledger.find(uuid(row.getBytes(1))), now, reason(row));
                    found++;
                }
            }
        }
        ids.clear();
        return found;
    }

    private static Statement statement(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }

    private static UUID uuid(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    /** Counts by status over several pieces. */
    private static final class Tally {
        private final long[] byStatus = new long[STATES];
        private final Map<RejectReason, Long> byReason = new EnumMap<>(RejectReason.class);
        private long asked;
        private long found;

        void add(Statement statement, IdList ids) throws SQLException {
            if (ids.size() == 0) {
                return;
            }
            asked += ids.size();
            try (ResultSet row = statement.executeQuery(ids.query())) {
                while (row.next()) {
                    byStatus[row.getInt(2)]++;
                    found++;
                    reason(row).ifPresent(reason -> byReason.merge(reason, 1L, Long::sum));
                }
            }
            ids.clear();
        }

        private Map<String, Long> rejections() {
            Map<String, Long> names = new LinkedHashMap<>();
            byReason.forEach((reason, orders) -> names.put(reason.name().toLowerCase(Locale.ROOT), orders));
            return Collections.unmodifiableMap(names);
        }

        Outcome outcome() {
            return new Outcome(
                    byStatus[COMPLETED],
                    byStatus[REJECTED],
                    byStatus[PARKED],
                    found - byStatus[COMPLETED] - byStatus[REJECTED] - byStatus[PARKED],
                    asked - found,
                    rejections());
        }
    }

    /** Why an order was rejected; empty when it was not. */
    private static Optional<RejectReason> reason(ResultSet row) throws SQLException {
        return row.getInt(2) == REJECTED ? Optional.of(REASONS.get(row.getInt(3) - 1)) : Optional.empty();
    }

    /** The query for the rows of up to {@link #PIECE} ids, as text made of hex digits. */
    private static final class IdList {
        private final StringBuilder text;
        private final int start;
        private int size;

        IdList(String tablePrefix) {
            text = new StringBuilder("SELECT id, status, reason FROM " + tablePrefix + "orders WHERE id IN (");
            start = text.length();
        }

        void add(UUID id) {
            text.append(size++ == 0 ? "x'" : ",x'");
            hex(id.getMostSignificantBits());
            hex(id.getLeastSignificantBits());
            text.append('\'');
        }

        private void hex(long value) {
            for (int shift = 60; shift >= 0; shift -= 4) {
                text.append(Character.forDigit((int) (value >>> shift) & 15, 16));
            }
        }

        int size() {
            return size;
        }

        String query() {
            return text + ")";
        }

        void clear() {
            text.setLength(start);
            size = 0;
        }
    }
}
