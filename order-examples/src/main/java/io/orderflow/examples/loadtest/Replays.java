package io.orderflow.examples.loadtest;

import io.orderflow.examples.loadtest.Reply.Kind;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** The answers to requests that were submitted again after they had been accepted. Thread-safe. */
final class Replays {
    private final AtomicLongArray answers = new AtomicLongArray(Kind.values().length);

    void answered(Kind answer) {
        answers.incrementAndGet(answer.ordinal());
    }

    long count(Kind answer) {
        return answers.get(answer.ordinal());
    }

    /** All replays. */
    long sent() {
        long sum = 0;
        for (Kind answer : Kind.values()) {
            sum += count(answer);
        }
        return sum;
    }

    /** Whether no answer was wrong: a replay is the same request, so it never conflicts, and no call fails. */
    boolean ok() {
        return count(Kind.CONFLICT) == 0 && count(Kind.FAILED) == 0;
    }

    /** Answers by name, those that came. */
    Map<String, Long> toMap() {
        Map<String, Long> byName = new LinkedHashMap<>();
        for (Kind answer : Kind.values()) {
            if (count(answer) > 0) {
                byName.put(answer.name().toLowerCase(Locale.ROOT), count(answer));
            }
        }
        return byName;
    }
}
