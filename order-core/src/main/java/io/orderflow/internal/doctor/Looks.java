package io.orderflow.internal.doctor;

import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.sql.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Runs looks, each on a thread of its own and no longer than its bound: one that fails, or is not allowed, or does not
 * end is a finding and keeps no other one from being done.
 */
final class Looks {
    /** The user may not: SELECT in a table or column, a global right, a database. H2's are told by their states. */
    private static final Set<Integer> NO_RIGHT = Set.of(1044, 1142, 1143, 1227, 90096);

    private final Apart apart;
    private final Duration bound;
    private final FindingList findings;

    Looks(Apart apart, Duration bound, FindingList findings) {
        this.apart = apart;
        this.bound = bound;
        this.findings = findings;
    }

    /** One look. What it finds counts when it ends in time. */
    @FunctionalInterface
    interface Look<T> {
        T into(FindingList own) throws SQLException;
    }

    /**
     * Runs one.
     *
     * @param what what is looked at, for a person
     * @param right the right that it needs
     * @return what it gave; empty if it failed
     */
    <T> Optional<T> run(String what, String right, Look<T> look) {
        return run(look, failure -> failed(what, right, failure));
    }

    /** Runs one, of which the failure means something of its own. */
    <T> Optional<T> run(Look<T> look, Failed otherwise) {
        FindingList own = new FindingList();
        try {
            T result = apart.call(() -> look.into(own), bound);
            findings.addAll(own);
            return Optional.of(result);
        } catch (TimeoutException e) {
            otherwise.with(e);
        } catch (ExecutionException e) {
            otherwise.with(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            otherwise.with(e);
        }
        return Optional.empty();
    }

    /** Told of a failure. */
    @FunctionalInterface
    interface Failed {
        void with(Throwable failure);
    }

    private void failed(String what, String right, Throwable failure) {
        if (failure instanceof TimeoutException) {
            findings.add(HostFinding.LOOK_TOOK_TOO_LONG, what + " could not be seen within " + bound);
        } else if (failure instanceof SQLException sql && NO_RIGHT.contains(sql.getErrorCode())) {
            findings.add(
                    HostFinding.LOOK_NOT_ALLOWED,
                    what + " may not be seen: GRANT " + right + " (" + SqlFailure.reason(sql) + ")");
        } else {
            findings.add(HostFinding.LOOK_FAILED, what + " could not be seen: " + reason(failure));
        }
    }

    static String reason(Throwable failure) {
        return failure instanceof InterruptedException
                ? "the calling thread was interrupted"
                : SqlFailure.reason(failure);
    }
}
