package io.orderflow.internal.feed;

import io.orderflow.FeedStart;
import io.orderflow.FeedState;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.QueryRows;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** The row of each feed: how far it was read, and whose turn it is. Thread-safe. */
final class FeedRows {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** A lease that ends later than any was ever given was written by a clock that was wrong. */
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(20);

    private final Tables tables;

    FeedRows(Tables tables) {
        this.tables = tables;
    }

    /**
     * Checks a name, which becomes part of SQL text.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of a feed must match " + NAME.pattern() + ": " + name);
        }
        return name;
    }

    /** Makes a feed's row, in a transaction of its own; one that is there stays as it is. */
    void make(Session session, String name, FeedStart start) throws SQLException {
        try {
            session.transaction(() -> session.update("INSERT INTO " + tables.feed() + " (name, position) SELECT '"
                    + name + "', " + positionOf(start) + " FROM " + tables.schemaVersion() + " WHERE id = "
                    + Tables.VERSION));
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                throw e;
            }
        }
    }

    private String positionOf(FeedStart start) {
        return start == FeedStart.BEGINNING
                ? String.valueOf(FeedPosition.beginning())
                : "(SELECT COALESCE(MAX(id), 0) FROM " + tables.batch() + ") * 1000 + " + FeedPosition.beginning();
    }

    /** How far the feed was read; empty if it has no row. */
    OptionalLong position(Connection connection, String name, boolean lock) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT position FROM " + tables.feed() + SqlText.BY_PRIMARY_KEY
                        + named(name) + (lock ? " FOR UPDATE" : ""))) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /** Gives the turn to this reader, unless another one has it. */
    boolean take(Session session, String name, UUID owner, Duration lease) throws SQLException {
        return session.update("UPDATE " + tables.feed() + " SET owner = " + SqlText.id(owner) + leased(session, lease)
                        + named(name) + " AND (" + isFree(session.dialect()) + " OR owner = " + SqlText.id(owner)
                        + ")")
                == 1;
    }

    /** A query that finds a row if no reader has the feed's turn. */
    String free(Dialect dialect, String name) {
        return "SELECT 1 FROM " + tables.feed() + named(name) + " AND (" + isFree(dialect) + ")";
    }

    private static String isFree(Dialect dialect) {
        return "owner IS NULL OR leased_until IS NULL OR leased_until < " + dialect.utcNow() + " OR leased_until > "
                + dialect.utcBefore(-LONGEST_LEASE.toMillis());
    }

    private static String leased(Session session, Duration lease) {
        return ", leased_until = " + session.dialect().utcBefore(-lease.toMillis());
    }

    /** Renews the lease of who has the turn; whether it still is this reader. */
    boolean renew(Session session, String name, UUID owner, Duration lease) throws SQLException {
        return session.update(
                        "UPDATE " + tables.feed() + " SET owner = owner" + leased(session, lease) + of(name, owner))
                == 1;
    }

    /** The same, and moves the cursor. */
    boolean move(Session session, String name, UUID owner, Duration lease, long position) throws SQLException {
        return session.update("UPDATE " + tables.feed() + " SET position = " + position + leased(session, lease)
                        + of(name, owner))
                == 1;
    }

    /** Ends the turn of this reader, if it has it, with the cursor there. */
    void leave(Session session, String name, UUID owner, long position) throws SQLException {
        session.update("UPDATE " + tables.feed() + " SET position = " + position + ", owner = NULL, leased_until = NULL"
                + of(name, owner));
    }

    /** Sets the cursor, and ends the turn of whoever has it, so that it reads anew; whether there is such a feed. */
    boolean set(Connection connection, String name, String position) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("UPDATE " + tables.feed() + " SET position = " + position
                            + ", owner = NULL, leased_until = NULL" + named(name))
                    == 1;
        }
    }

    /** The same to where a feed begins. */
    boolean set(Connection connection, String name, FeedStart start) throws SQLException {
        return set(connection, name, positionOf(start));
    }

    boolean delete(Session session, String name) throws SQLException {
        return session.update("DELETE FROM " + tables.feed() + named(name)) == 1;
    }

    private static String named(String name) {
        return " WHERE name = '" + name + "'";
    }

    private static String of(String name, UUID owner) {
        return named(name) + " AND owner = " + SqlText.id(owner);
    }

    /** All feeds, or the one of that name. */
    List<FeedLook> looks(Connection connection, Optional<String> name) throws SQLException {
        record Row(String name, long position, Optional<Instant> leasedUntil, Instant now) {}
        List<Row> rows = QueryRows.list(
                connection,
                "SELECT name, position, " + SqlTime.micros("leased_until") + ", "
                        + SqlTime.micros(Dialect.of(connection).utcNow()) + " FROM " + tables.feed()
                        + name.map(FeedRows::named).orElse("") + " ORDER BY name",
                row -> new Row(
                        row.getString(1), row.getLong(2), SqlTime.instantIfAny(row, 3), SqlTime.instant(row, 4)));
        List<FeedLook> looks = new ArrayList<>();
        for (Row row : rows) {
            looks.add(look(connection, row.name(), row.position(), row.leasedUntil(), row.now()));
        }
        return looks;
    }

    private FeedLook look(Connection connection, String name, long position, Optional<Instant> leasedUntil, Instant now)
            throws SQLException {
        boolean held = leasedUntil
                .filter(until -> until.isAfter(now) && until.isBefore(now.plus(LONGEST_LEASE)))
                .isPresent();
        String age = SqlTime.micros("decided_at") + ", "
                + SqlTime.micros(Dialect.of(connection).utcNow());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, (SELECT MAX(id) FROM " + tables.batch() + "), "
                        + age + " FROM " + tables.batch() + " WHERE id >= " + FeedPosition.next(position)
                        + " ORDER BY id LIMIT 1")) {
            if (!row.next()) {
                FeedState read = new FeedState(name, position, 0, Duration.ZERO, leasedUntil);
                return new FeedLook(read, now, held);
            }
            Instant oldest = SqlTime.instant(row, 3);
            long micros = Math.max(0, row.getLong(4) - row.getLong(3));
            long behind = row.getLong(2) - row.getLong(1) + 1;
            Duration lag = Duration.of(micros, ChronoUnit.MICROS);
            return new FeedLook(new FeedState(name, position, behind, lag, leasedUntil), oldest, held);
        }
    }

    /** Everything up to it is committed, was archived, or is open still. */
    long newest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COALESCE(MAX(id), 0) FROM " + tables.batch())) {
            row.next();
            // read after it: whoever deletes the newest row raises that in the same transaction
            return FeedPosition.after(Math.max(row.getLong(1), Stretch.gone(connection, tables)));
        }
    }

    /** A query that finds a row if there is a batch after that position. */
    String news(long position) {
        return "SELECT 1 FROM " + tables.batch() + " WHERE id >= " + FeedPosition.next(position) + " LIMIT 1";
    }
}
