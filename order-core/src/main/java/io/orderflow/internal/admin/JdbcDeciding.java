package io.orderflow.internal.admin;

import io.orderflow.Deciding;
import io.orderflow.DecidingPause;
import io.orderflow.internal.engine.PauseRow;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pauses and resumes deciding in the database. Thread-safe. */
public final class JdbcDeciding implements Deciding {
    private static final Logger log = LoggerFactory.getLogger(JdbcDeciding.class);

    private final Tables tables;
    private final Store store;
    private final Transactions transactions;
    private final KnownPause known;
    private final Runnable resumed;

    /**
     * That of the tables.
     *
     * @param known told what is in force after each call
     * @param resumed told when orders can be decided again
     */
    public JdbcDeciding(Tables tables, Store store, Transactions transactions, KnownPause known, Runnable resumed) {
        this.tables = tables;
        this.store = store;
        this.transactions = transactions;
        this.known = known;
        this.resumed = resumed;
    }

    /** What a call did, and the pause that it is about. */
    private record Change(boolean done, Optional<DecidingPause> pause) {}

    @Override
    public DecidingPause pause(String by, String reason) {
        PersonText.checked("by", by);
        PersonText.checked("reason", reason);
        Change change = change("pause of deciding", session -> {
            boolean done = PauseRow.pause(tables, session, by, reason);
            return new Change(done, PauseRow.read(tables, session.connection()));
        });
        DecidingPause pause = change.pause().orElseThrow();
        if (change.done()) {
            log.warn("{}; no order gets a verdict until somebody resumes it", pause);
        }
        known.learn(change.pause());
        return pause;
    }

    @Override
    public Optional<DecidingPause> resume(String by) {
        PersonText.checked("by", by);
        Change change = change("end of a pause", session -> {
            Optional<DecidingPause> before = PauseRow.readLocked(tables, session.connection());
            if (before.isPresent()) {
                PauseRow.resume(tables, session);
            }
            return new Change(before.isPresent(), before);
        });
        change.pause().ifPresent(ended -> log.warn("deciding is resumed by {}; before: {}", by, ended));
        known.learn(Optional.empty());
        resumed.run();
        return change.pause();
    }

    @Override
    public Optional<DecidingPause> paused() {
        Optional<DecidingPause> pause =
                store.read("whether deciding is paused", handle -> PauseRow.read(tables, handle.getConnection()));
        known.learn(pause);
        return pause;
    }

    /** Statements of one transaction. */
    @FunctionalInterface
    private interface Statements {
        Change run(Session session) throws SQLException;
    }

    private Change change(String what, Statements statements) {
        return transactions
                .run(
                        what,
                        List.of(what),
                        (session, piece) -> session.transaction(() -> List.of(statements.run(session))))
                .get(0);
    }
}
