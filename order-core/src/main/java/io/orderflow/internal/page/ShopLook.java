package io.orderflow.internal.page;

import io.orderflow.DeadLetterFilter;
import io.orderflow.Health;
import io.orderflow.Order;
import io.orderflow.OrderPulse;
import io.orderflow.PageRequest;
import io.orderflow.PulseWindow;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.telemetry.SlowReading;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One look after the other at a shop, for as long as somebody wants to know. What the database says comes first; when
 * it does not answer, it is not asked any further in that look. Used by one thread.
 */
final class ShopLook implements AutoCloseable {
    /** So many of the newest orders are read: each says how long it waited for its verdict. */
    private static final int SAMPLE = 50;

    private static final int SHOWN_ORDERS = 15;
    private static final int SHOWN_LETTERS = 20;
    private static final double MILLIS = 1e6;

    private final PageParts parts;
    private PulseWindow window = new PulseWindow();
    private final AnswerWatch answers = new AnswerWatch();
    private final Histogram waiting = new Histogram();
    private final LastMinute accepted = new LastMinute();
    private final LastMinute decided = new LastMinute();
    private final LastMinute waited = new LastMinute();
    private final SlowReading depth;
    private long before = System.nanoTime();
    /** The number of the newest decision that was seen; below 0 before the first look. */
    private long newest = -1;

    /** Begins to hear what this process answers. */
    ShopLook(PageParts parts) {
        this.parts = parts;
        this.depth = new SlowReading(
                "page-queue",
                () -> parts.queue().depth().stream().asDoubleStream().findFirst());
        parts.telemetries().add(answers);
    }

    /** Looks once. */
    PageFields read() {
        PageFields state = new PageFields();
        Health health = parts.health().get();
        long begin = System.nanoTime();
        String words;
        boolean there = true;
        try {
            database(state);
            words = "answers, the whole look took " + Math.round((System.nanoTime() - begin) / MILLIS) + " ms";
        } catch (StoreUnavailableException | SchemaException e) {
            there = false;
            // what others decide until it answers again may be much, and is not of the last minute
            window = new PulseWindow();
            newest = -1;
            words = "cannot be read: " + e.getMessage();
        }
        state.put("database", part(there, words, HealthWords.of(health, "journal")));
        state.put("queue", queue(health));
        process(state, health);
        return state;
    }

    private static PageFields part(boolean works, String words, Optional<String> trouble) {
        return new PageFields()
                .put("works", works && trouble.isEmpty())
                .put("words", trouble.map(what -> words + "; " + what).orElse(words));
    }

    private void database(PageFields state) {
        window.add(parts.records().pulse(window.position()));
        OrderPulse pulse = window.last();
        state.put("at", pulse.at().toString());
        state.put("backlog", pulse.backlog());
        state.put("urgent", pulse.urgent());
        state.put("oldestMillis", pulse.oldest().toMillis());
        state.put(
                "perSecond",
                new PageFields().put("accepted", window.acceptedInASecond()).put("decided", window.decidedInASecond()));
        long rejected =
                window.rejected().values().stream().mapToLong(Long::longValue).sum();
        state.put(
                "verdicts",
                new PageFields()
                        .put("taken", window.decided() - rejected)
                        .put("changed", window.changed())
                        .put(
                                "rejected",
                                window.rejected().entrySet().stream()
                                        .map(entry -> new PageFields()
                                                .put("reason", entry.getKey().name())
                                                .put("count", entry.getValue()))
                                        .toList()));
        orders(state);
        state.put("feeds", parts.feeds().get().stream().map(OrderWords::feed).toList());
        state.put("holds", parts.holds().read());
        state.put("letterCount", pulse.deadLetters());
        state.put(
                "letters",
                pulse.deadLetters() == 0
                        ? List.of()
                        : parts
                                .letters()
                                .page(DeadLetterFilter.ALL, PageRequest.first(SHOWN_LETTERS))
                                .entries()
                                .stream()
                                .map(OrderWords::letter)
                                .toList());
        PageFields deciding = new PageFields();
        parts.deciding()
                .paused()
                .ifPresent(pause -> deciding.put("since", pause.since().toString())
                        .put("by", pause.by())
                        .put("reason", pause.reason()));
        state.put("pause", deciding);
    }

    /** An order is counted once, when it is seen first; those that were there before are of any age. */
    private void orders(PageFields state) {
        List<Order> latest =
                parts.records().latest(Set.of(), PageRequest.first(SAMPLE)).entries();
        long seen = newest;
        for (Order order : latest) {
            long number = order.decision().orElse(0);
            if (seen >= 0 && number > seen && order.decidedAt().isPresent()) {
                waiting.add(
                        Duration.between(order.createdAt(), order.decidedAt().get())
                                        .toNanos()
                                / 1_000);
            }
            newest = Math.max(newest, number);
        }
        newest = Math.max(newest, 0);
        state.put(
                "orders",
                latest.stream().limit(SHOWN_ORDERS).map(OrderWords::row).toList());
    }

    private PageFields queue(Health health) {
        double messages = depth.value();
        String words = Double.isNaN(messages)
                ? "does not tell how much it stores"
                : "stores about " + Math.round(messages) + " messages";
        return part(true, words, HealthWords.of(health, "queue"))
                .put("name", parts.queue().name())
                .put("depth", messages);
    }

    private void process(PageFields state, Health health) {
        long now = System.nanoTime();
        double seconds = (now - before) / (double) TimeUnit.SECONDS.toNanos(1);
        before = now;
        AnswerWatch.Answered answered = answers.take();
        accepted.add(answers.accepting().take(), now);
        decided.add(answers.deciding().take(), now);
        waited.add(waiting.take(), now);
        state.put(
                "here",
                new PageFields()
                        .put("accepted", answered.accepted() / seconds)
                        .put("known", answered.known() / seconds)
                        .put("refused", answered.refused() / seconds)
                        .put("waiting", health.waiting())
                        .put("outbox", health.outbox()));
        state.put(
                "latency",
                new PageFields()
                        .put("accept", accepted.shown())
                        .put("verdict", waited.shown())
                        .put("batch", decided.shown()));
        state.put("health", HealthWords.shown(health));
        state.put(
                "workers",
                parts.runners().get().stream().map(HealthWords::runner).toList());
    }

    /** Hears nothing more. */
    @Override
    public void close() {
        parts.telemetries().remove(answers);
    }
}
