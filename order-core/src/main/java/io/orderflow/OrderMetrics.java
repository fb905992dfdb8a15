package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.orderflow.internal.telemetry.Batch;
import io.orderflow.internal.telemetry.RetryCause;
import io.orderflow.internal.telemetry.SlowReading;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Meters of one processor for Micrometer: {@code new OrderMetrics(processor).bindTo(registry)}. They are listed in
 * {@code docs/metrics.md}. They tell what this process did since they were bound; bind them before the processor
 * starts. Needs {@code io.micrometer:micrometer-core}, which the library does not bring. A host that does not use this
 * class does not need it.
 *
 * <p>The depth of the queue, the feeds, the oldest pending order and the oldest hold that is over ask the servers, in
 * the background, when they are read and what is known is older than 5 s. A reader waits 250 ms at most for that, then
 * it gets what was known before, or NaN when that is older than 15 s. It takes a connection of the pool for one
 * statement.
 *
 * <p>Thread-safe.
 */
public final class OrderMetrics implements MeterBinder {
    private static final List<DeadLetterReason> PARKING =
            List.of(DeadLetterReason.POISON, DeadLetterReason.CRASHED_WORKER);

    private final OrderProcessor processor;
    private final Tags tags;
    private final Set<MeterRegistry> bound = ConcurrentHashMap.newKeySet();

    /** Meters without tags but their own. */
    public OrderMetrics(OrderProcessor processor) {
        this(processor, List.of());
    }

    /**
     * Meters with tags that tell this processor from others in the same registry.
     *
     * @param tags added to each meter
     */
    public OrderMetrics(OrderProcessor processor, Collection<Tag> tags) {
        this.processor = requireNonNull(processor, "processor");
        this.tags = Tags.of(tags);
    }

    /**
     * Registers the meters and keeps them up to date for as long as the processor lives. A second time does nothing.
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (bound.add(requireNonNull(registry, "registry"))) {
            processor.observe(new Meters(registry, tags));
            bindReadings(registry);
        }
    }

    private void bindReadings(MeterRegistry registry) {
        gauge(
                        "orderflow.queue.depth",
                        "messages that the queue stores, as near as it can tell",
                        () -> processor.queueDepth().stream().asDoubleStream().findFirst())
                .baseUnit("messages")
                .register(registry);
        FunctionCounter.builder("orderflow.listener.dropped", processor, OrderProcessor::droppedEvents)
                .description("events that a listener was not told since it did not come after")
                .baseUnit("events")
                .tags(tags)
                .register(registry);
        seconds(
                registry,
                "orderflow.feed.lag",
                "how old the oldest is of what a feed has not read, of the feed where that is most; 0 when all are"
                        + " read",
                () -> largest(state -> state.lag().toNanos() / 1e9));
        gauge(
                        "orderflow.feed.behind",
                        "how many batches a feed has not read, of the feed where that is most",
                        () -> largest(FeedState::behind))
                .baseUnit("batches")
                .register(registry);
        seconds(
                registry,
                "orderflow.orders.oldest.pending",
                "how long the oldest order of the journal without a verdict has waited; 0 when there is none",
                () -> OptionalDouble.of(processor.oldestPending().toNanos() / 1e9));
        gauge(
                        "orderflow.deciding.paused",
                        "1 while deciding is paused for the whole shop, else 0",
                        () -> OptionalDouble.of(processor.deciding().paused().isPresent() ? 1 : 0))
                .register(registry);
        seconds(
                registry,
                "orderflow.holds.overdue",
                "for how long the hold is over that should have expired first; 0 when there is none",
                () -> OptionalDouble.of(processor.oldestOverdue().toNanos() / 1e9));
    }

    private OptionalDouble largest(ToDoubleFunction<FeedState> figure) throws SQLException {
        return OptionalDouble.of(
                processor.feedStates().stream().mapToDouble(figure).max().orElse(0));
    }

    private Gauge.Builder<SlowReading> gauge(String name, String description, SlowReading.Source source) {
        return Gauge.builder(name, new SlowReading(name, source), SlowReading::value)
                .description(description)
                .tags(tags)
                .strongReference(true);
    }

    private void seconds(MeterRegistry registry, String name, String description, SlowReading.Source source) {
        TimeGauge.builder(name, new SlowReading(name, source), TimeUnit.SECONDS, SlowReading::value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** The meters that are moved by what happens. */
    private static final class Meters implements Telemetry {
        private final MeterRegistry registry;
        private final Tags tags;
        private final Counter accepted;
        private final Counter duplicates;
        private final Counter conflicts;
        private final Counter overloaded;
        private final Counter unavailable;
        private final Counter unknown;
        private final Timer accept;
        private final DistributionSummary groupSize;
        private final Counter completed;
        private final Counter reserved;
        private final Counter expired;
        private final Map<RejectReason, Counter> rejected;
        private final Counter urgent;
        private final Counter recovered;
        private final Timer decide;
        private final DistributionSummary batchSize;
        private final Map<RetryCause, Counter> retries;
        private final Counter deadlocks;
        private final Counter redelivered;
        private final Map<CancelOutcome, Counter> cancellations;
        private final Map<ConfirmOutcome, Counter> confirmations;
        private final Map<ReleaseOutcome, Counter> releases;
        private final Map<RefundOutcome, Counter> refunds;
        private final Map<DeadLetterReason, Counter> parked;
        private final Map<DeadLetterReason, Counter> deadLetters;

        Meters(MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
            accepted = counter("orderflow.orders.accepted", "answered with Accepted");
            duplicates = counter("orderflow.orders.duplicates", "answered with Duplicate");
            conflicts = counter("orderflow.orders.conflicts", "answered with Conflict");
            overloaded = counter("orderflow.orders.overloaded", "answered with Overloaded");
            unavailable = counter("orderflow.orders.unavailable", "answered with Unavailable");
            unknown = counter("orderflow.orders.unknown", "answered with Unknown");
            accept = Timer.builder("orderflow.accept")
                    .description("from a submission to its answer Accepted")
                    .tags(tags)
                    .register(registry);
            groupSize = summary("orderflow.group.size", "orders that went to the journal, or to the queue, together");
            completed = counter("orderflow.orders.completed", "decided: completed");
            reserved = counter("orderflow.orders.reserved", "decided: reserved");
            expired = counter("orderflow.orders.expired", "reserved orders that nobody confirmed in time");
            rejected = counters("orderflow.orders.rejected", "decided: rejected", "reason", RejectReason.class);
            urgent = counter("orderflow.orders.urgent", "decided: urgent ones, whatever their verdict");
            recovered = counter(
                    "orderflow.orders.recovered",
                    "decided by recovery, since no message brought them in time; urgent ones do not count");
            decide = Timer.builder("orderflow.decide")
                    .description("the transaction that decides a batch, commit included")
                    .tags(tags)
                    .register(registry);
            batchSize = summary("orderflow.batch.size", "orders of a committed batch, those skipped included");
            retries = counters(
                    "orderflow.retries",
                    "work that failed and was tried again, whole or in parts",
                    "cause",
                    RetryCause.class);
            deadlocks = counter("orderflow.deadlocks", "transactions that the database ended to end a deadlock");
            redelivered = counter("orderflow.messages.redelivered", "messages that came and had been delivered before");
            cancellations = counters(
                    "orderflow.cancellations", "cancellations by what became of them", "outcome", CancelOutcome.class);
            confirmations = counters(
                    "orderflow.confirmations",
                    "confirmations of reserved orders by what became of them",
                    "outcome",
                    ConfirmOutcome.class);
            releases = counters(
                    "orderflow.releases",
                    "releases of reserved orders by what became of them",
                    "outcome",
                    ReleaseOutcome.class);
            refunds = counters("orderflow.refunds", "refunds by what became of them", "outcome", RefundOutcome.class);
            parked = counters(
                    "orderflow.orders.parked",
                    "set aside without a verdict",
                    "reason",
                    DeadLetterReason.class,
                    PARKING);
            deadLetters = counters(
                    "orderflow.dead.letters",
                    "messages and orders that were set aside",
                    "reason",
                    DeadLetterReason.class);
        }

        private Counter counter(String name, String description) {
            return Counter.builder(name).description(description).tags(tags).register(registry);
        }

        private DistributionSummary summary(String name, String description) {
            return DistributionSummary.builder(name)
                    .description(description)
                    .baseUnit("orders")
                    .tags(tags)
                    .register(registry);
        }

        private <E extends Enum<E>> Map<E, Counter> counters(
                String name, String description, String tag, Class<E> type) {
            return counters(name, description, tag, type, List.of(type.getEnumConstants()));
        }

        /**
         * One counter for each value, also for those that never come: a series that is missing cannot be told from an
         * outage.
         */
        private <E extends Enum<E>> Map<E, Counter> counters(
                String name, String description, String tag, Class<E> type, Collection<E> values) {
            Map<E, Counter> counters = new EnumMap<>(type);
            values.forEach(value -> counters.put(
                    value,
                    Counter.builder(name)
                            .description(description)
                            .tags(tags)
                            .tag(tag, value.name().toLowerCase(Locale.ROOT))
                            .register(registry)));
            return counters;
        }

        @Override
        public void answered(SubmitResult result, long nanos) {
            counterOf(result).increment();
            if (result instanceof SubmitResult.Accepted) {
                accept.record(nanos, TimeUnit.NANOSECONDS);
            }
        }

        private Counter counterOf(SubmitResult result) {
            if (result instanceof SubmitResult.Accepted) {
                return accepted;
            }
            if (result instanceof SubmitResult.Duplicate) {
                return duplicates;
            }
            if (result instanceof SubmitResult.Conflict) {
                return conflicts;
            }
            if (result instanceof SubmitResult.Overloaded) {
                return overloaded;
            }
            return result instanceof SubmitResult.Unavailable ? unavailable : unknown;
        }

        @Override
        public void grouped(int orders) {
            groupSize.record(orders);
        }

        @Override
        public void decided(Batch batch) {
            decide.record(batch.nanos(), TimeUnit.NANOSECONDS);
            batchSize.record(batch.orders());
            completed.increment(batch.completed());
            reserved.increment(batch.reserved());
            batch.rejected().forEach((reason, orders) -> rejected.get(reason).increment(orders));
            urgent.increment(batch.urgent());
            if (batch.byRecovery()) {
                recovered.increment(batch.decided() - batch.urgent());
            }
        }

        @Override
        public void retried(RetryCause cause) {
            retries.get(cause).increment();
        }

        @Override
        public void deadlocked() {
            deadlocks.increment();
        }

        @Override
        public void redelivered(int messages) {
            redelivered.increment(messages);
        }

        @Override
        public void cancelled(CancelOutcome outcome) {
            cancellations.get(outcome).increment();
        }

        @Override
        public void refunded(RefundOutcome outcome) {
            refunds.get(outcome).increment();
        }

        @Override
        public void confirmed(ConfirmOutcome outcome) {
            confirmations.get(outcome).increment();
        }

        @Override
        public void released(ReleaseOutcome outcome) {
            releases.get(outcome).increment();
        }

        @Override
        public void expired(int orders) {
            expired.increment(orders);
        }

        @Override
        public void deadLettered(DeadLetterReason reason) {
            deadLetters.get(reason).increment();
            if (parked.containsKey(reason)) {
                parked.get(reason).increment();
            }
        }
    }
}
