package io.orderflow.examples.loadtest.counting;

import io.orderflow.examples.loadtest.counting.Reply.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** The answers to requests that were submitted again after they had been accepted. Thread-safe. */
public final class Replays {
    private final AtomicLongArray answers = new AtomicLongArray(Kind.values().length);

    public void answered(Kind answer) {
        answers.incrementAndGet(answer.ordinal());
    }

    public long count(Kind answer) {
        return answers.get(answer.ordinal());
    }

    /** All replays. */
    public long sent() {
        long sum = 0;
        for (Kind answer : Kind.values()) {
            sum += count(answer);
        }
        return sum;
    }

    /** Whether no answer was wrong: a replay is the same request, so it never conflicts, and no call fails. */
    public boolean ok() {
        return count(Kind.CONFLICT) == 0 && count(Kind.FAILED) == 0;
    }

    /** Answers by name, those that came. */
    public Map<String, Long> toMap() {
        Map<String, Long> byName = new LinkedHashMap<>();
        for (Kind answer : Kind.values()) {
            if (count(answer) > 0) {
                byName.put(answer.name().toLowerCase(Locale.ROOT), count(answer));
            }
        }
        return byName;
    }
}
