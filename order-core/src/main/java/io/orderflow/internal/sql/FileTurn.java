package io.orderflow.internal.sql;

import java.sql.SQLException;
import java.sql.SQLTransientException;
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
    /** Who has the turn waits for rows that the host holds no longer than this: everybody else waits with it. */
    static final Duration LONGEST_LOCK_WAIT = Duration.ofMillis(200);

    /** Longest wait for the turn. All others together take less, unless the disk stands still. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** H2's own code for a lock that was waited for too long. */
    private static final int LOCK_WAIT = 50200;

    /** One for each file that this process has opened; a file's is kept, so that nobody can hold another one. */
    private static final ConcurrentMap<String, FileTurn> OF_FILES = new ConcurrentHashMap<>();

    /** In the order of their coming: the intake must not wait for each of many workers' batches again and again. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final String file;

    private FileTurn(String file) {
        this.file = file;
    }

    /** The turns on a file. */
    static FileTurn of(String file) {
        return OF_FILES.computeIfAbsent(file, FileTurn::new);
    }

    /** Runs what leaves no transaction open, in its turn, or at once if no turns are needed. */
    static <T> T run(Optional<FileTurn> turn, Session.Statements<T> statements) throws SQLException {
        return turn.isPresent() ? turn.get().run(statements) : statements.run();
    }

    private <T> T run(Session.Statements<T> statements) throws SQLException {
        take();
        try {
            return statements.run();
        } finally {
            lock.unlock();
        }
    }

    private void take() throws SQLException {
        if (!takeInTime()) {
            throw new SQLTransientException(
                    "other transactions of this process wrote to " + file + " for " + LONGEST_WAIT, "HYT00", LOCK_WAIT);
        }
    }

    /** An interrupt waits too, as it does during a statement: else it would count as an outage of the database. */
    private boolean takeInTime() {
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
