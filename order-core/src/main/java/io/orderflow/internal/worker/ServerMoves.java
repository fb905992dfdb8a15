package io.orderflow.internal.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which server one worker decides at, and whether servers alternate: each move lets the {@code ackDelay} of all that is
 * kept begin anew, so while they alternate faster than that nothing is ever acked. Not thread-safe.
 */
final class ServerMoves {
    private final String name;
    private final WorkerContext context;
    private final Duration delay;

    /** The servers that were left less than the delay ago, and when. */
    private final Map<String, Long> left = new HashMap<>();

    /** Empty before the first decision. */
    private String server = "";

    private boolean alternating;
    private long lastReturn;
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
        context.outages().alternation().met(name, "", cause);
        alternating = true;
        context.events().paused(name, cause);
    }

    /** Tells it when one server has stayed for the whole delay. */
    void look() {
        if (alternating && context.nanoTime().getAsLong() - lastReturn >= delay.toNanos()) {
            alternating = false;
            returns = 0;
            context.outages().alternation().over(name);
            context.events().resumed(name);
        }
    }

    /** The worker ends. */
    void end() {
        if (alternating) {
            context.outages().alternation().left(name);
            context.events().ended(name);
        }
    }
}
