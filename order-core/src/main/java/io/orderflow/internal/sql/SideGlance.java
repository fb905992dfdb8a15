package io.orderflow.internal.sql;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A glance that a thread of its own takes for those who wait for nobody; one at a time. Thread-safe. */
public final class SideGlance {
    private static final Logger log = LoggerFactory.getLogger(SideGlance.class);

    private final String name;
    private final DataSource dataSource;
    private final Glance.Question<?> question;
    private final AtomicBoolean asking = new AtomicBoolean();

    /**
     * Asks nothing yet.
     *
     * @param name the thread's
     * @param question keeps its answer itself
     */
    public SideGlance(String name, DataSource dataSource, Glance.Question<?> question) {
        this.name = name;
        this.dataSource = dataSource;
        this.question = question;
    }

    /** Has the question asked, unless that is under way. No I/O on the caller's thread. */
    public void ask() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        boolean started = false;
        try {
            Thread thread = new Thread(this::run, name);
            thread.setDaemon(true);
            thread.start();
            started = true;
        } finally {
            if (!started) {
                // the system gives no thread now; the next caller tries again
                asking.set(false);
            }
        }
    }

    private void run() {
        try {
            Glance.at(dataSource, question);
        } catch (SQLException | RuntimeException | Error e) {
            // those who need the server say why it does not answer
            log.debug("{}: the database could not be asked: {}", name, SqlFailure.reason(e));
        } finally {
            asking.set(false);
        }
    }
}
