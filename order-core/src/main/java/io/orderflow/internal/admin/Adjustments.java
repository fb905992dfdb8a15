package io.orderflow.internal.admin;

import io.orderflow.AdjustmentResult;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.engine.Adjustment;
import io.orderflow.internal.engine.AdjustmentTransaction;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Applies adjustments, piece by piece, each in one transaction that is repeated when it lost against another. Thread-safe. */
public final class Adjustments {
    private static final int ATTEMPTS = 20;

    private static final Session.Settings SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10));

    private final Tables tables;
    private final VerifiedSessions sessions;

    /** Applies to the tables. */
    public Adjustments(Tables tables, VerifiedSessions sessions) {
        this.tables = tables;
        this.sessions = sessions;
    }

    /** The id under which an adjustment is recorded: the first half of the SHA-256 of its reference. */
    static UUID idOf(String reference) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(reference.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.wrap(hash);
            return new UUID(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Applies adjustments in the order given.
     *
     * @throws StoreUnavailableException if the database can not be reached or does not answer
     */
    List<AdjustmentResult> apply(List<Adjustment> all) {
        List<AdjustmentResult> results = new ArrayList<>(all.size());
        if (all.isEmpty()) {
            return results;
        }
        try (Session session = open(all.size())) {
            for (List<Adjustment> piece : SqlText.pieces(all, SqlText.PIECE)) {
                results.addAll(applyPiece(session, piece));
            }
            return results;
        } catch (SQLException e) {
            int left = Math.min(SqlText.PIECE, all.size() - results.size());
            throw new StoreUnavailableException(
                    results.size() + " of " + all.size() + " adjustments were done, "
                            + (SqlFailure.of(e).isDefinite() ? "the others not" : "the next " + left + " perhaps")
                            + "; repeating is safe: " + SqlFailure.withoutStatement(e.getMessage()),
                    e);
        }
    }

    private Session open(int count) {
        try {
            return sessions.open(SETTINGS);
        } catch (SQLException | SchemaException e) {
            throw new StoreUnavailableException(
                    "none of " + count + " adjustments was done: " + SqlFailure.withoutStatement(e.getMessage()), e);
        }
    }

    private List<AdjustmentResult> applyPiece(Session session, List<Adjustment> piece) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return new AdjustmentTransaction(tables, session, piece).run();
            } catch (SQLException e) {
                SqlFailure failure = SqlFailure.of(e);
                boolean lost = failure == SqlFailure.CONTENTION || failure == SqlFailure.DUPLICATE_KEY;
                if (!lost || attempt == ATTEMPTS) {
                    if (failure.endsConnection()) {
                        session.discard(e);
                    }
                    throw e;
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000L << Math.min(attempt, 7)));
            }
        }
    }
}
