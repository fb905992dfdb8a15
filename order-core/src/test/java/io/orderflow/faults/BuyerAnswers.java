package io.orderflow.faults;

import io.orderflow.SubmitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Answers to submissions and what each took, and the words for a report about them. Threadsafe. */
final class BuyerAnswers {
    /** One answer; times are nanoseconds of {@link System#nanoTime}. */
    record Answer(long start, long end, SubmitResult result) {
        Duration took() {
            return Duration.ofNanos(end - start);
        }
    }

    private final List<Answer> all = new ArrayList<>();

    synchronized void add(long start, long end, SubmitResult result) {
        all.add(new Answer(start, end, result));
    }

    synchronized int size() {
        return all.size();
    }

    /** How many answers have such a result. */
    synchronized long count(Class<? extends SubmitResult> type) {
        return all.stream().filter(answer -> type.isInstance(answer.result())).count();
    }

    synchronized BuyerAnswers where(Predicate<Answer> wanted) {
        BuyerAnswers some = new BuyerAnswers();
        all.stream().filter(wanted).forEach(answer -> some.add(answer.start(), answer.end(), answer.result()));
        return some;
    }

    /** When the first of them came. */
    synchronized long earliestEnd() {
        return all.stream().mapToLong(Answer::end).min().orElseThrow();
    }

    /** The longest time between one and the next of them, and between a moment and the first one. */
    synchronized Duration longestGap(long begin) {
        long before = begin;
        long longest = 0;
        for (long end : all.stream().mapToLong(Answer::end).sorted().toArray()) {
            longest = Math.max(longest, end - before);
            before = end;
        }
        return Duration.ofNanos(longest);
    }

    /** Of a hundred answers so many took at most this long. */
    synchronized Duration percentile(double percent) {
        if (all.isEmpty()) {
            return Duration.ZERO;
        }
        List<Duration> sorted = all.stream().map(Answer::took).sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(percent / 100 * sorted.size()) - 1));
    }

    /** The longest wait. */
    Duration longest() {
        return percentile(100);
    }

    @Override
    public String toString() {
        return size() + " answers: p50 " + millis(percentile(50)) + ", p99 " + millis(percentile(99)) + ", max "
                + millis(longest()) + "; accepted " + count(SubmitResult.Accepted.class) + ", unknown "
                + count(SubmitResult.Unknown.class) + ", unavailable " + count(SubmitResult.Unavailable.class)
                + ", overloaded " + count(SubmitResult.Overloaded.class);
    }

    static String millis(Duration time) {
        return "%.1f ms".formatted(time.toNanos() / 1e6);
    }
}
