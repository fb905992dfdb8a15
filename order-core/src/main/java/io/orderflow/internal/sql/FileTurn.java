package io.orderflow.internal.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is to write to a file of H2. When somebody commits, H2 writes all that has changed to its file, one
 * table after the other, while other transactions go on. One that is at work in that moment may be written with its
 * rows and without the log that would undo them. If the process is killed before its own commit is in the file, the
 * rows that it was about to change are gone, though others had committed them long before. So the transactions of this
 * process take turns on each file, from the first statement to the end of the commit: then nobody is at work while one
 * commits. Other databases, and H2 in memory, need no turns. Thread-safe.
 */
final class FileTurn {
    /** Whoever has the turn waits for rows that the host holds no longer than this: everybody else waits with it. */
    static final Duration LONGEST_LOCK_WAIT = Duration.ofMillis(50);

    /** Longest wait for the turn. All others together take less, unless the disk stands still. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** H2's own code for a lock that was waited for too long. */
    private static final int LOCK_WAIT = 50200;

    /** One for each file that this process has opened; a file's is kept, so that nobody can hold another one. */
    private static final ConcurrentMap<String, FileTurn> OF_FILES = new ConcurrentHashMap<>();

    /** Whoever has it may begin; in the order of their coming. */
    private final ReentrantLock turn = new ReentrantLock(true);

    /**
     * Where all wait but the journal, so that it waits for one alone: many that wait for rows of the host's, each for a
     * while, must not stop the intake.
     */
    private final ReentrantLock line = new ReentrantLock(true);

    private final String file;

    private FileTurn(String file) {
        this.file = file;
    }

    /** The turns on a file. */
    static FileTurn of(String file) {
        return OF_FILES.computeIfAbsent(file, FileTurn::new);
    }

    /** The turns on the file that a connection leads to; empty if no turns are needed. */
    static Optional<FileTurn> of(Connection connection) throws SQLException {
        if (!Dialect.isH2(connection)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT DATABASE_PATH()")) {
            row.next();
            return Optional.ofNullable(row.getString(1)).map(FileTurn::of);
        }
    }

    /**
     * Refuses a transaction of the host's that leads to a file of H2: it takes no turns, so what others committed long
     * before may be gone after a kill, or half of what it did may stay.
     *
     * @param instead what the host can do
     * @throws IllegalArgumentException if it does
     */
    static void refuse(Connection connection, String instead) throws SQLException {
        if (of(connection).isPresent()) {
            throw new IllegalArgumentException("connection must not lead to a file of H2: when the process is killed"
                    + " while others commit, H2 may lose or keep half of such a transaction; " + instead);
        }
    }

    /** Runs what leaves no transaction open, in its turn, or at once if no turns are needed. */
    static <T> T run(Optional<FileTurn> turn, boolean ahead, Session.Statements<T> statements) throws SQLException {
        if (turn.isEmpty()) {
            return statements.run();
        }
        // who has the turn may begin again, and must not wait in the line for those who wait for its turn
        return ahead || turn.get().turn.isHeldByCurrentThread()
                ? turn.get().holding(turn.get().turn, statements)
                : turn.get().holding(turn.get().line, () -> turn.get().holding(turn.get().turn, statements));
    }

    private <T> T holding(ReentrantLock lock, Session.Statements<T> statements) throws SQLException {
        if (!takeInTime(lock)) {
            throw new SQLTransientException(
                    "other transactions of this process wrote to " + file + " for " + LONGEST_WAIT, "HYT00", LOCK_WAIT);
        }
        try {
            return statements.run();
        } finally {
            lock.unlock();
        }
    }

    /** An interrupt waits too, as it does during a statement: else it would count as an outage of the database. */
    private static boolean takeInTime(ReentrantLock lock) {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return lock.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
