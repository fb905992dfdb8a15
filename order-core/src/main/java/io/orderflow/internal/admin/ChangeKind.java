package io.orderflow.internal.admin;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.engine.ChangeTransaction;
import io.orderflow.internal.sql.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Changes of one kind, in the ways in which a host can ask for them: at once, without waiting, and inside a transaction
 * of its own. Thread-safe.
 *
 * @param <Q> a change as it is asked for
 * @param <C> the same for the engine
 * @param <R> what becomes of it
 */
abstract class ChangeKind<Q, C, R> {
    private final String what;
    private final Transactions transactions;
    private final Consumer<List<R>> committed;
    private final ChangeLine<Q, R> line;

    /**
     * Nothing asked for yet.
     *
     * @param what the changes' name, for messages and the thread of those that nobody waits for
     * @param answers completes the futures of all kinds
     * @param committed told what became of changes after each commit of ours
     */
    ChangeKind(String what, Transactions transactions, FutureAnswers answers, Consumer<List<R>> committed) {
        this.what = what;
        this.transactions = transactions;
        this.committed = committed;
        this.line = new ChangeLine<>(what, this::all, transactions.timeout(), answers);
    }

    /** Whose transaction a change is done in. */
    enum Scope {
        /** One of ours, which is committed. */
        OURS {
            @Override
            <R> List<R> run(ChangeTransaction<?, R> changes) throws SQLException {
                return changes.run();
            }

            @Override
            void looked(Connection connection) throws SQLException {
                connection.commit();
            }
        },
        /** The host's, which the host ends, and which cannot be tried again. */
        HOST {
            @Override
            <R> List<R> run(ChangeTransaction<?, R> changes) throws SQLException {
                return changes.runWithin();
            }

            @Override
            void looked(Connection connection) {}
        };

        /** Runs the changes. */
        abstract <R> List<R> run(ChangeTransaction<?, R> changes) throws SQLException;

        /** What was read so far was a look, and no part of the changes. */
        abstract void looked(Connection connection) throws SQLException;
    }

    /** What is asked for, as the engine has it. */
    abstract C changeOf(Q request);

    /** Does 1 to 500 of them. */
    abstract List<R> run(Session session, List<C> piece, Scope scope) throws SQLException;

    /** Does all, in pieces, each in a transaction of its own. */
    final List<R> all(List<Q> requests) {
        return transactions.run(what, changesOf(requests), (session, piece) -> {
            List<R> results = run(session, piece, Scope.OURS);
            committed.accept(results);
            return results;
        });
    }

    /** Does one with others, when its turn comes. */
    final CompletableFuture<R> later(Q request) {
        return line.add(requireNonNull(request, "request"));
    }

    /** Does all as a part of the host's transaction. */
    final List<R> within(Connection connection, List<Q> requests) throws SQLException {
        List<C> changes = changesOf(requests);
        return HostWork.run(connection, changes.size(), host -> run(host, changes, Scope.HOST));
    }

    private List<C> changesOf(List<Q> requests) {
        return requests.stream().map(this::changeOf).toList();
    }

    /** Adds what keeps the thread from its work, by its name. */
    final void addTrouble(Map<String, String> troubles) {
        line.trouble().ifPresent(why -> troubles.put(line.name(), why));
    }

    /** Takes no more changes that nobody waits for, and does those that stand in line as far as there is time. */
    final void close(Duration bound) {
        line.close(bound);
    }
}
