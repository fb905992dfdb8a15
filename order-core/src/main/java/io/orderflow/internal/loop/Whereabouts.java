package io.orderflow.internal.loop;

import java.util.concurrent.TimeUnit;

/**
 * Where the thread of a {@link Loop} is, for those that ask from outside. Told by the code that is about to wait for
 * somebody else: for a connection, a server, the host's code. Without a lock; only the thread itself tells, any thread
 * reads.
 */
public final class Whereabouts {
    private static final ThreadLocal<Whereabouts> OWN = new ThreadLocal<>();

    /** Empty while it rests. */
    private volatile Place place;

    private volatile long stepSince;

    private record Place(String what, long since) {}

    Whereabouts() {}

    /**
     * The current thread is here from now on, until it tells of another place or its step ends. Nothing on a thread
     * without a loop.
     */
    public static void at(String what) {
        Whereabouts own = OWN.get();
        if (own != null) {
            own.place = new Place(what, System.nanoTime());
        }
    }

    /** Whether the current thread is that of a loop. */
    static boolean areTold() {
        return OWN.get() != null;
    }

    /** The current thread is the one whose whereabouts these are. */
    void claim() {
        OWN.set(this);
    }

    void stepBegins() {
        long now = System.nanoTime();
        stepSince = now;
        place = new Place("at work", now);
    }

    void stepEnds() {
        place = null;
    }

    /** How long the present step has taken, in nanoseconds; 0 while it rests. */
    long inStepFor(long now) {
        return place == null ? 0 : Math.max(0, now - stepSince);
    }

    /** Where it is and since when, in words; only for a moment at which it does not rest. */
    String describe(long now) {
        Place seen = place;
        return seen == null
                ? "at rest"
                : seen.what() + " for " + TimeUnit.NANOSECONDS.toSeconds(Math.max(0, now - seen.since())) + " s";
    }
}
