package io.orderflow.internal.loop;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps threads of a process from their work, told to the log once for all of them: a server that is away, rows
 * that somebody holds. It begins with the first that meets it and is over when nobody is held up any more.
 *
 * <ul>
 *   <li><b>O1</b> The first that meets it says what it is, why, and what happens next. Who meets it later says nothing
 *       but at DEBUG.
 *   <li><b>O2</b> Another reason is told as well, up to three of them in all. The deepest one counts, which stands
 *       last, and numbers and ids make no other one of it.
 *   <li><b>O3</b> While it lasts it is told again after a minute, then after two, four and so on, an hour at most.
 *   <li><b>O4</b> Its end is told once, if its begin was.
 *   <li><b>O5</b> One that begins within 10 s of the last line is told only when it lasts until then: what flaps, and
 *       who notices late, are no news.
 * </ul>
 *
 * Thread-safe; nothing is logged under its lock, since an appender is the host's and may block. Only failures and what
 * succeeds after one come here.
 */
public final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

    static final long SILENCE = TimeUnit.SECONDS.toNanos(10);
    static final long FIRST_REMINDER = TimeUnit.MINUTES.toNanos(1);
    static final long LAST_REMINDER = TimeUnit.HOURS.toNanos(1);
    static final int MOST_REASONS = 3;

    private static final Pattern NUMBERS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+");

    /**
     * How it is told.
     *
     * @param begin what it is
     * @param next what happens next
     * @param end what holds afterwards
     * @param expected whether it is no fault: somebody wants it so
     */
    public record Words(String begin, String next, String end, boolean expected) {}

    private final Words words;
    private final LongSupplier nanoTime;
    private final Logger log;

    // guarded by this
    private final Set<String> held = new HashSet<>();
    private final Set<String> trying = new HashSet<>();
    private final Set<String> reasons = new HashSet<>();
    private final Doubling reminders = new Doubling(FIRST_REMINDER, LAST_REMINDER);
    private long since;
    private long toldAt;
    private long reminder;
    private long failures;
    private boolean told;
    private boolean everTold;

    /**
     * It has not begun.
     *
     * @param nanoTime monotonic nanoseconds
     */
    public Outage(Words words, LongSupplier nanoTime) {
        this(words, nanoTime, LOG);
    }

    /** The same with a log of the caller's. */
    public Outage(Words words, LongSupplier nanoTime, Logger log) {
        this.words = requireNonNull(words, "words");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime");
        this.log = requireNonNull(log, "log");
    }

    /**
     * Somebody is held up by it, or still is.
     *
     * @param who the same name for the same one each time
     * @param at what it was at; may be empty
     * @param reason why it failed, as deep as is known
     */
    public void met(String who, String at, String reason) {
        String by = at.isEmpty() ? who : who + " at " + at;
        Optional<String> line = begunOrOn(who, by, reason);
        if (line.isEmpty()) {
            log.debug("{}: {}; met by {}", words.begin(), reason, by);
        } else if (words.expected()) {
            log.info("{}", line.get());
        } else {
            log.warn("{}", line.get());
        }
    }

    private synchronized Optional<String> begunOrOn(String who, String by, String reason) {
        long now = nanoTime.getAsLong();
        if (held.isEmpty() && trying.isEmpty()) {
            begin(now);
        }
        trying.remove(who);
        held.add(who);
        failures++;
        if (!told) {
            return isQuiet(now) ? Optional.empty() : Optional.of(first(now, by, reason));
        }
        if (isOther(reason)) {
            return Optional.of(line(now, words.begin() + ", now with another reason: " + reason + "; met by " + by));
        }
        return now - toldAt >= reminder ? Optional.of(again(now, by, reason)) : Optional.empty();
    }

    private void begin(long now) {
        since = now;
        told = false;
        failures = 0;
        reasons.clear();
        reminders.reset();
        reminder = reminders.nextNanos();
    }

    private boolean isQuiet(long now) {
        return everTold && now - toldAt < SILENCE;
    }

    private String first(long now, String by, String reason) {
        told = true;
        isOther(reason);
        return line(now, words.begin() + ": " + reason + "; first met by " + by + "; " + words.next());
    }

    private boolean isOther(String reason) {
        return reasons.size() < MOST_REASONS && reasons.add(kindOf(reason));
    }

    private static String kindOf(String reason) {
        return withoutNumbers(reason.substring(reason.lastIndexOf(": ") + 1).strip());
    }

    private String again(long now, String by, String reason) {
        reminder = reminders.nextNanos();
        return line(
                now,
                words.begin() + " for " + TimeUnit.NANOSECONDS.toSeconds(now - since) + " s: " + reason + "; met by "
                        + by + "; " + held.size() + " are held up and failed " + failures + " times; " + words.next());
    }

    private String line(long now, String text) {
        everTold = true;
        toldAt = now;
        return text;
    }

    /** The same text for what differs in ids and numbers alone: times, ports, counts. */
    static String withoutNumbers(String text) {
        return NUMBERS.matcher(text).replaceAll("#");
    }

    /**
     * Somebody believes that it is over, and finds out with what it does next; it is over by others' word too, and
     * then, if this one fails again, it is another one.
     */
    public synchronized void trying(String who) {
        if (held.remove(who)) {
            trying.add(who);
        }
    }

    /** Somebody is not held up any more, since it did what it could not do before. */
    public void over(String who) {
        ended(who).ifPresent(end -> {
            if (end.told()) {
                log.info("{}", end.text());
            } else {
                log.debug("{}", end.text());
            }
        });
    }

    /** Told as its begin was. */
    private record End(String text, boolean told) {}

    private synchronized Optional<End> ended(String who) {
        boolean wasHeld = held.remove(who) || trying.remove(who);
        if (!wasHeld || !held.isEmpty()) {
            return Optional.empty();
        }
        trying.clear();
        long now = nanoTime.getAsLong();
        if (told) {
            toldAt = now;
        }
        return Optional.of(new End(words.end() + " after " + TimeUnit.NANOSECONDS.toMillis(now - since) + " ms", told));
    }

    /** Somebody is gone, and says nothing about it. */
    public synchronized void left(String who) {
        held.remove(who);
        trying.remove(who);
    }
}
