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
     * Whoever waits for a connection waits no longer as a rule; a pool that is asked before may still take its own
     * time.
     */
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(2);

    /** What one server may say in the message of them all, which a log cuts. */
    private static final int TEXT = 200;

    private final List<NamedServer> servers;
    private final LongSupplier nanoTime;

    /** Who is asked first. Written under the lock of this. */
    private volatile int first;

    /** The newest answer, with the one that can be written to; empty so far if null. Written under the lock of this. */
    private volatile Found found;

    private record Found(NamedServer server, long asked) {}

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

    /** Those of the servers, in the order in which they were given. */
    public List<DataSource> dataSources() {
        return servers.stream().map(NamedServer::dataSource).toList();
    }

    /** The name of the server that was written to last; empty before the first connection. */
    public Optional<String> writer() {
        return Optional.ofNullable(found).map(known -> known.server().name());
    }

    /**
     * A connection to the server that can be written to.
     *
     * @throws SQLException if no server can be; it says of each why
     */
    public Connection connection() throws SQLException {
        long start = nanoTime.getAsLong();
        int begin = first;
        Found before = found;
        List<NoWriterHere> refusals = new ArrayList<>();
        for (int i = 0; i < servers.size(); i++) {
            int at = (begin + i) % servers.size();
            if (i > 0 && nanoTime.getAsLong() - start >= LONGEST) {
                nextTime(at, before);
                break;
            }
            try {
                NamedServer.Writing writing = servers.get(at).writing();
                found(at, writing.asked(), refusals);
                return writing.connection();
            } catch (NoWriterHere e) {
                refusals.add(e);
            }
        }
        throw noWriter(begin, refusals);
    }

    /** So that each has its turn; who found one meanwhile knows better. */
    private synchronized void nextTime(int at, Found before) {
        if (found == before) {
            first = at;
        }
    }

    private void found(int at, long asked, List<NoWriterHere> refusals) {
        NamedServer now = servers.get(at);
        Optional<Found> before = Optional.ofNullable(found);
        if (before.filter(known -> known.server() == now && known.asked() == asked)
                .isPresent()) {
            // believed, as a rule
            return;
        }
        synchronized (this) {
            before = Optional.ofNullable(found);
            if (before.filter(known -> known.asked() - asked > 0).isPresent()) {
                // somebody who asked later has ended before
                return;
            }
            found = new Found(now, asked);
            first = at;
        }
        log(now, before.map(Found::server), refusals);
    }

    private static void log(NamedServer now, Optional<NamedServer> before, List<NoWriterHere> refusals) {
        if (before.isEmpty()) {
            log.info("the database is written to at {}", now);
        } else if (before.get() != now) {
            String why = refusals.isEmpty() ? "" : ": " + refusals.get(0).getMessage();
            log.info("the database is written to at {} from now on, and not at {} any more{}", now, before.get(), why);
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
