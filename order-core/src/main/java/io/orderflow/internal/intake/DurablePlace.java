package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Breaker.State.OPEN;
import static io.orderflow.internal.intake.Breaker.State.TRIAL;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A place that keeps orders durably, the journal or the queue, as the intake sees it: whether it works, what is on its
 * way there, and how long that may take. {@link JournalWriter} and {@link Publisher} say what a call of it is.
 *
 * <p>It is used by the place's own thread, but for {@link #watch}, {@link #forEach} and the questions, which are any
 * thread's. Whatever changes here is told to the router by the same method, after the submissions concerned stand where
 * they belong. Only {@link #watch} leaves that to the watchdog, which tells the router after each look.
 */
final class DurablePlace implements Watchdog.Watched {
    private static final String UNEXPECTED = "failed unexpectedly, see the log";

    private final Way way;
    private final Breaker breaker;
    private final long patience;
    private final Buffer buffer;
    private final Answers answers;
    private final Router router;
    private final LongSupplier time;
    private volatile Optional<Flight> flight = Optional.empty();

    /** Brings a group to the place and deals with what the place says, by {@link #land} or {@link #fail}. */
    @FunctionalInterface
    interface Trip<X extends Exception> {
        /** Whatever it throws, the place may have all that has no answer. */
        void fly(Flight flight) throws X;
    }

    /**
     * Starts with nothing in flight.
     *
     * @param patience a call that takes longer is given up
     * @param time monotonic nanoseconds
     */
    DurablePlace(Way way, Duration patience, Buffer buffer, Answers answers, Router router, LongSupplier time) {
        this.way = way;
        this.breaker = way.breaker();
        this.patience = patience.toNanos();
        this.buffer = buffer;
        this.answers = answers;
        this.router = router;
        this.time = time;
    }

    long now() {
        return time.getAsLong();
    }

    Breaker.State state() {
        return breaker.state();
    }

    /** Whether it takes submissions and is known to answer. */
    boolean works() {
        return breaker.works();
    }

    IntakeHealth.Place health() {
        return new IntakeHealth.Place(!breaker.works(), breaker.lastError());
    }

    /** Whether something is on its way there. */
    boolean isBusy() {
        return flight.isPresent();
    }

    boolean isLineEmpty() {
        return buffer.isEmpty();
    }

    /** While it is away: asks it whether it works again, if it is time to; nanoseconds until the next time. */
    long probeIfDue(Supplier<Optional<String>> question, long now) {
        long wait = breaker.untilProbe(now);
        if (wait == 0) {
            probe(question);
        }
        return wait;
    }

    /**
     * Asks it whether it works.
     *
     * @param question says why it does not; empty if it does
     */
    void probe(Supplier<Optional<String>> question) {
        Optional<String> failure = Optional.of(UNEXPECTED);
        try {
            failure = watched(question);
        } finally {
            // whatever it threw: a place that says nothing for certain takes nothing
            failure.ifPresentOrElse(why -> breaker.failed(why, now()), breaker::probed);
            router.changed(now());
        }
    }

    /** Makes a call that carries no submission, where the watchdog sees it: if it hangs, the place is given up. */
    <T> T watched(Supplier<T> call) {
        flight = Optional.of(new Flight(Group.EMPTY, now(), false));
        try {
            return call.get();
        } finally {
            flight = Optional.empty();
        }
    }

    /** Whether the line is this place's to take now; if it is not, the router has it taken elsewhere. */
    boolean mayTake(long now) {
        boolean mine = router.taker(now) == way.taker();
        if (!mine) {
            passOn();
        }
        return mine;
    }

    /** Has the line taken by the place that is to take it now. */
    void passOn() {
        router.changed(now());
    }

    /** Takes from the line what may be brought here together, one submission if that is a trial. */
    List<Submission> take(int most, long now) {
        return buffer.take(breaker.state() == TRIAL ? 1 : most, now);
    }

    /**
     * Brings a group to the place.
     *
     * @param brokenOff what is said if the trip throws
     */
    <X extends Exception> void fly(Group group, String brokenOff, Trip<X> trip) throws X {
        long start = now();
        Flight flying = new Flight(group, start, breaker.trying(start));
        flight = Optional.of(flying);
        boolean ended = false;
        try {
            trip.fly(flying);
            ended = true;
        } finally {
            if (!ended) {
                flying.giveBackRest(buffer, brokenOff);
                fail(flying, brokenOff, true);
            }
            flight = Optional.empty();
        }
    }

    void fly(Group group, Trip<RuntimeException> trip) {
        fly(group, UNEXPECTED, trip);
    }

    /** The place took the group: begins the answers. */
    Landing land(Flight flying) {
        return new Landing(flying, answers, buffer);
    }

    /** The place did what it was asked; how long that may take is bounded by the call itself. */
    void worked() {
        breaker.worked();
        router.changed(now());
    }

    /** The place did what it was asked, and too late if that took longer than its patience. */
    void worked(Flight flying) {
        long now = now();
        long age = flying.age(now);
        if (age <= patience) {
            breaker.worked();
        } else {
            breaker.failed("a write took " + TimeUnit.NANOSECONDS.toMillis(age) + " ms", now);
        }
        router.changed(now);
    }

    /**
     * The place did not do what it was asked: the group goes back to the line.
     *
     * @param maybe whether the place may have it all the same
     */
    void fail(Flight flying, String why, boolean maybe) {
        breaker.failed(why, now());
        flying.giveBack(buffer, why, maybe);
        router.changed(now());
    }

    /** Brings back to the line what was kept apart for this place, which may have it all the same. */
    void release(List<Submission> apart) {
        Flight kept = new Flight(new Group(apart), now(), false);
        kept.giveBack(buffer, "it was kept apart, then: " + breaker.lastError(), true);
        router.changed(now());
    }

    /** Gives up a call that takes too long, and brings its group back to the line. */
    @Override
    public void watch(long now) {
        Optional<Flight> seen = flight;
        if (seen.isEmpty()) {
            return;
        }
        Flight flying = seen.get();
        long age = flying.age(now);
        if (age > patience && breaker.state() != OPEN) {
            breaker.failed("no answer for " + TimeUnit.NANOSECONDS.toMillis(age) + " ms", now);
        }
        boolean trialElsewhere =
                flying.isTrial() && age > Router.TRIAL_PATIENCE && router.isElsewhere(way.taker(), now);
        if (!flying.isClaimed() && (age > patience || trialElsewhere)) {
            flying.giveBack(buffer, breaker.lastError(), true);
        }
    }

    /** Shows what is on its way there. */
    @Override
    public void forEach(Consumer<Submission> action) {
        flight.ifPresent(flying -> flying.group().forEach(action));
    }
}
