package io.orderflow.internal.journal;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.JournalException.Fate;
import io.orderflow.internal.sql.LogFlush;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The session of the journal, and what its present call has done so far: from that follows what a failure says about
 * the entries of the call, and what must be committed before they are answered. Not thread-safe.
 */
final class JournalSession {
    private final Tables tables;
    private final SessionHolder holder;

    /** Whether the present call has committed something: then a failure of the rest says nothing about all. */
    private boolean wrote;

    /** Whether something was read since the last commit. */
    private boolean looked;

    /** Whether a commit of the present call was sent and not answered: what comes before it is nothing without it. */
    private boolean committing;

    /**
     * Whether an outcome of the present call rests on a row that another transaction wrote, and nothing was committed
     * since.
     */
    private boolean leaning;

    JournalSession(Tables tables, SessionHolder.Source sessions) {
        this.tables = tables;
        // who calls the journal watches how long a call takes
        this.holder = new SessionHolder(sessions, where -> {});
    }

    /** One piece of work in the session. */
    @FunctionalInterface
    interface JournalWork {
        /** Returns the outcome of each entry by its id. */
        Map<UUID, JournalOutcome> run() throws SQLException, JournalException;
    }

    /** Does the work in the session and names the fate of the whole group when that fails. */
    List<JournalOutcome> run(Collection<OrderEntry> group, JournalWork work) throws JournalException {
        open();
        wrote = false;
        committing = false;
        looked = false;
        leaning = false;
        try {
            Map<UUID, JournalOutcome> outcomes = work.run();
            if (leaning) {
                get().transaction(() -> {
                    LogFlush.changeSomething(get(), tables, OrderIds.next());
                    return null;
                });
            } else if (looked) {
                // what was only read is no transaction to keep open
                get().connection().commit();
            }
            return group.stream().map(entry -> outcomes.get(entry.id())).toList();
        } catch (SQLException e) {
            // also after a refusal: the session may stand half way through the slow way
            holder.discard(e);
            throw failed(group.size(), !committing || SqlFailure.of(e).isDefinite(), "", e);
        } catch (RuntimeException | Error e) {
            holder.discard(e);
            throw e;
        }
    }

    private void open() throws JournalException {
        try {
            holder.get();
        } catch (SQLException | RuntimeException e) {
            throw new JournalException(Fate.NOTHING_WRITTEN, "the journal cannot be used: " + SqlFailure.reason(e), e);
        }
    }

    Session get() throws SQLException {
        return holder.get();
    }

    /** Runs statements that write, and commits them. When something fails, they are rolled back. */
    void write(Session.Statements<?> statements) throws SQLException {
        Session open = get();
        open.orRollBack(() -> {
            statements.run();
            committing = true;
            open.connection().commit();
            committing = false;
            return null;
        });
        wrote = true;
        looked = false;
        leaning = false;
    }

    /** Something was read, and nothing written since. */
    void looked() {
        looked = true;
    }

    /** An outcome rests on a row that another transaction wrote. */
    void leans() {
        leaning = true;
    }

    /** What a failure says about all entries of the call. */
    JournalException failed(int orders, boolean nothingWritten, String why, SQLException e) {
        return new JournalException(
                nothingWritten && !wrote ? Fate.NOTHING_WRITTEN : Fate.UNKNOWN,
                "the journal could not write " + orders + " orders: " + why + SqlFailure.reason(e),
                e);
    }

    void giveBack() {
        holder.giveBack();
    }
}
