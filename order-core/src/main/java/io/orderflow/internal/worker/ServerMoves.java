package io.orderflow.internal.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which server one worker decides at, and whether servers alternate: each move lets the {@code ackDelay} of all that is
 * kept begin anew, so while they alternate faster than that nothing is ever acked. Not thread-safe.
 */
final class ServerMoves {
    private static final Logger log = LoggerFactory.getLogger(ServerMoves.class);

    /** The log hears of servers that go on alternating no more often than this. */
    private static final long TELL_AGAIN = Duration.ofMinutes(1).toNanos();

    private final String name;
    private final WorkerContext context;
    private final Duration delay;

    /** The servers that were left less than the delay ago, and when. */
    private final Map<String, Long> left = new HashMap<>();

    /** Empty before the first decision. */
    private String server = "";

    private boolean alternating;
    private long lastReturn;
    private long lastTold;
    private int returns;

    ServerMoves(String worker, WorkerContext context) {
        this.name = worker + ".servers";
        this.context = context;
        this.delay = context.config().ackDelay();
    }

    /**
     * Notes which server is written to from now on.
     *
     * @return the one before, if it was another one
     */
    Optional<String> movedTo(String now) {
        if (now.equals(server)) {
            return Optional.empty();
        }
        String before = server;
        server = now;
        if (before.isEmpty()) {
            return Optional.empty();
        }
        long nanos = context.nanoTime().getAsLong();
        left.values().removeIf(since -> nanos - since >= delay.toNanos());
        boolean back = left.remove(now) != null;
        left.put(before, nanos);
        if (back) {
            returned(before, nanos);
        }
        return Optional.of(before);
    }

    private void returned(String from, long nanos) {
        lastReturn = nanos;
        returns++;
        String cause = "the database is written to at " + server + " again and no more at " + from + ", within the"
                + " ackDelay of " + delay + ", " + returns + " such returns by now; while servers alternate no message"
                + " is acked, and what is kept is decided again at each move";
        if (!alternating || nanos - lastTold >= TELL_AGAIN) {
            lastTold = nanos;
            log.warn("{}: {}", name, cause);
        }
        alternating = true;
        context.events().paused(name, cause);
    }

    /** Tells it when one server has stayed for the whole delay. */
    void look() {
        if (alternating && context.nanoTime().getAsLong() - lastReturn >= delay.toNanos()) {
            alternating = false;
            returns = 0;
            log.info("{}: the database has been written to at {} alone for {}", name, server, delay);
            context.events().resumed(name);
        }
    }

    /** The worker ends. */
    void end() {
        if (alternating) {
            context.events().ended(name);
        }
    }
}
