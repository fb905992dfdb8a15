package io.orderflow.testkit;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The clock of a {@link TestShop}. It begins at {@link #START} and stands still until the test moves it, forward alone.
 * Host code under test may use it as its own. Thread-safe; clocks made by {@link #withZone} move with it.
 *
 * <p>It moves what an order's fate and its records depend on:
 *
 * <ul>
 *   <li>the time that the library's statements take from the database, so {@code createdAt}, {@code decidedAt} and the
 *       times of adjustments, and the age at which recovery takes an order that no message brings. Each such time is a
 *       microsecond after the last one, so that no two orders are of the same moment;
 *   <li>the pauses of the worker and of recovery after a failure, and what a claim on an order lasts;
 *   <li>the times in {@link io.orderflow.Health}, and in answers that read no row.
 * </ul>
 *
 * <p>It does not move what bounds a wait of a real thread, which would wait just as long: the time-outs of
 * {@code submit}, {@code await}, adjustments and closing, the intake's pauses after an outage, lock waits, and the
 * leases of the queue in memory. Nor does it move columns and statements of the host's own.
 */
public final class TestClock extends Clock {
    /** Where each clock begins. */
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private static final Instant END = START.plus(Duration.ofDays(36_500));

    private final Time time;
    private final ZoneId zone;

    TestClock() {
        this(new Time(), ZoneOffset.UTC);
    }

    private TestClock(Time time, ZoneId zone) {
        this.time = time;
        this.zone = zone;
    }

    /** What the clocks of all zones share; its monitor guards it. */
    private static final class Time {
        private Instant now = START;
        private Instant told = Instant.MIN;
    }

    /**
     * Moves the clock. Nothing happens by that alone: what is due then is done at the shop's next step.
     *
     * @param step more than 0; the clock ends 36,500 days after {@link #START}
     * @throws IllegalArgumentException if it is 0 or less, or leads beyond that end
     */
    public void advance(Duration step) {
        if (requireNonNull(step, "step").isNegative() || step.isZero()) {
            throw new IllegalArgumentException("step must be > 0, the clock moves forward alone: " + step);
        }
        synchronized (time) {
            if (step.compareTo(Duration.between(time.now, END)) > 0) {
                throw new IllegalArgumentException("step must not lead beyond " + END + ": " + step);
            }
            time.now = time.now.plus(step);
        }
    }

    @Override
    public Instant instant() {
        synchronized (time) {
            return time.now;
        }
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new TestClock(time, requireNonNull(other, "other"));
    }

    /** Monotonic nanoseconds. */
    long nanos() {
        return Duration.between(START, instant()).toNanos();
    }

    /** The next time that the database tells, in whole microseconds. */
    Instant next() {
        synchronized (time) {
            Instant now = time.now.truncatedTo(ChronoUnit.MICROS);
            time.told = time.told.isBefore(now) ? now : time.told.plus(1, ChronoUnit.MICROS);
            return time.told;
        }
    }
}
