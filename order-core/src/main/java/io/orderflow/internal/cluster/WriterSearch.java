package io.orderflow.internal.cluster;

import io.orderflow.internal.cluster.NamedServer.NoWriterHere;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds among several servers the one to write to. The one that was written to last is asked first, then the others in
 * their order. Thread-safe; several threads may search at the same time, and wait for nobody but the servers' pools.
 */
public final class WriterSearch {
    private static final Logger log = LoggerFactory.getLogger(WriterSearch.class);

    /**
     * Who waits for a connection waits no longer as a rule; a pool that is asked before may still take its own time.
     */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(2);

    /** What one server may say in the message of them all, which a log cuts. */
    private static final int TEXT = 200;

    private final List<NamedServer> servers;
    private final LongSupplier nanoTime;

    /** Who is asked first. */
    private volatile int first;

    /** The one that was written to last; empty so far if null. */
    private final AtomicReference<NamedServer> writer = new AtomicReference<>();

    /** Knows the servers, in the order in which they are asked at first; asks none of them yet. */
    public WriterSearch(Map<String, DataSource> servers) {
        this(servers, System::nanoTime);
    }

    WriterSearch(Map<String, DataSource> servers, LongSupplier nanoTime) {
        this.servers = servers.entrySet().stream()
                .map(server -> new NamedServer(server.getKey(), server.getValue(), nanoTime))
                .toList();
        this.nanoTime = nanoTime;
    }

    /** The name of the server that was written to last; empty before the first connection. */
    public Optional<String> writer() {
        return Optional.ofNullable(writer.get()).map(NamedServer::name);
    }

    /**
     * A connection to the server that can be written to.
     *
     * @throws SQLException if no server can be; it says of each why
     */
    public Connection connection() throws SQLException {
        long start = nanoTime.getAsLong();
        int begin = first;
        List<NoWriterHere> refusals = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            int at = (begin + i) % servers.size();
            if (i > 0 && nanoTime.getAsLong() - start >= LONGEST) {
                // so that each has its turn
                first = at;
                break;
            }
            try {
                Connection connection = servers.get(at).writing();
                found(at, refusals);
                return connection;
            } catch (NoWriterHere e) {
                refusals.add(e);
            }
        }
        throw noWriter(begin, refusals);
    }

    private void found(int at, List<NoWriterHere> refusals) {
        NamedServer found = servers.get(at);
        first = at;
        NamedServer before = writer.getAndSet(found);
        if (before == null) {
            log.info("the database is written to at {}", found);
        } else if (before != found) {
            String why = refusals.isEmpty() ? "" : ": " + refusals.get(0).getMessage();
            log.info("the database is written to at {} from now on, and not at {} any more{}", found, before, why);
        }
    }

    /** A refusal that is certain: nothing was written. */
    private SQLException noWriter(int begin, List<NoWriterHere> refusals) {
        StringBuilder text = new StringBuilder("no server can be written to: ");
        for (int i = 0; i < servers.size(); i++) {
            text.append(i == 0 ? "" : "; ")
                    .append(servers.get((begin + i) % servers.size()).name())
                    .append(": ")
                    .append(
                            i < refusals.size()
                                    ? shown(refusals.get(i))
                                    : "not asked in time, the next look begins here");
        }
        SQLException thrown = new SQLTransientConnectionException(text.toString(), "08001");
        refusals.forEach(thrown::addSuppressed);
        return thrown;
    }

    private String shown(NoWriterHere refusal) {
        int longest = TEXT / servers.size();
        String why = refusal.getMessage();
        return why.length() > longest ? why.substring(0, longest) + "..." : why;
    }

    @Override
    public String toString() {
        return "the one of " + servers + " that can be written to";
    }
}
