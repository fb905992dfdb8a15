package io.orderflow.internal.intake;

import static java.util.Objects.requireNonNull;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.SubmitResult.Overloaded;
import io.orderflow.SubmitResult.Unavailable;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.loop.Loop;
import io.orderflow.queue.OrderQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes submissions and answers each, with the journal or the queue as the durable place. Thread-safe.
 *
 * <ul>
 *   <li><b>A1 Accepted is stored.</b> ACCEPTED is said only after the journal confirmed the commit with the order's
 *       row, or the queue said DONE after it was read to be durable (or the host allowed a weak one). (P1)
 *   <li><b>A2 One answer.</b> A submission is answered by one compare-and-set; the second one changes nothing.
 *   <li><b>A3 No false no.</b> OVERLOADED and UNAVAILABLE are said only if every place that was given the submission
 *       said that it does not have it. In every other case without a yes the answer is UNKNOWN.
 *   <li><b>A4 In time.</b> A submission without an answer is in the line, in the flight of writer or publisher, or
 *       among the stuck. The watchdog looks at all four every 10 ms, so each is answered by its deadline, whatever
 *       hangs. A caller that blocks looks after its own deadline besides.
 *   <li><b>A5 One user each.</b> The journal is called by the writer's thread alone. The queue is published to, probed
 *       and asked for durability by the publisher's thread alone.
 *   <li><b>A6 Nobody waits for a place but its own thread.</b> No lock is held during a call of a place, of the
 *       listener or of the host's code. Submitters wait for room and for their answer, both until the deadline.
 *   <li><b>A7 Bounded.</b> Submissions without an answer by the buffer's capacity (as many again in the overflow, for
 *       futures), journaled orders before their publishing by the same number and by 300 ms while the queue is away, a
 *       group by 500 entries and one frame of 256 KiB, with each id once.
 *   <li><b>A8 One outage is not two.</b> What a place did not take, or may not have taken, returns to the line and the
 *       other place takes it. With both away a submission is refused at the door. (P6)
 * </ul>
 */
public final class Intake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private static final Duration LAST_WORDS = Duration.ofMillis(250);
    private static final Duration LAST_FUTURES = Duration.ofSeconds(5);

    /** A thread that is at one thing for longer is worth a word. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long CLOSE_POLL = Duration.ofMillis(1).toNanos();
    private static final String CLOSING = "the intake is closing";

    private enum Life {
        NEW,
        RUNNING,
        MANUAL,
        CLOSED
    }

    private final Parts parts;
    private final long timeout;
    private final JournalWriter writer;
    private final Publisher publisher;
    private final Watchdog watchdog;
    private final Loop writerLoop;
    private final Loop publisherLoop;
    private final Loop watchdogLoop;
    private final AtomicReference<Life> life;

    private Intake(Parts parts, Journal journal, OrderQueue queue, Life life) {
        this.parts = parts;
        this.timeout = parts.settings().submitTimeout().toNanos();
        this.publisher = new Publisher(parts, queue);
        this.writer = new JournalWriter(parts, journal, publisher);
        this.watchdog = new Watchdog(parts, writer, publisher);
        this.writerLoop = new Loop("orderflow-journal", parts.writerWaiter(), writer::step, writer::end);
        this.publisherLoop = new Loop("orderflow-publisher", parts.publisherWaiter(), publisher::step);
        this.watchdogLoop = new Loop("orderflow-watchdog", parts.watchdogWaiter(), this::watch);
        this.life = new AtomicReference<>(life);
    }

    /**
     * Builds an intake with threads of its own; does no I/O and starts none before {@link #start}.
     *
     * @param time monotonic nanoseconds, as {@link System#nanoTime}
     * @param clock the time of day
     */
    public Intake(
            IntakeSettings settings,
            Journal journal,
            OrderQueue queue,
            LongSupplier time,
            Clock clock,
            IntakeListener listener) {
        this(
                Parts.of(
                        settings,
                        requireNonNull(queue, "queue"),
                        time,
                        clock,
                        false,
                        requireNonNull(listener, "listener")),
                requireNonNull(journal, "journal"),
                queue,
                Life.NEW);
    }

    /**
     * Builds an intake without threads: the caller runs {@link #stepJournal}, {@link #stepPublisher} and
     * {@link #stepWatchdog}, in any order, and submits asynchronously. Futures are completed within the steps.
     *
     * @param time monotonic nanoseconds, moved by the caller
     * @param clock the time of day
     */
    public static Intake manual(
            IntakeSettings settings,
            Journal journal,
            OrderQueue queue,
            LongSupplier time,
            Clock clock,
            IntakeListener listener) {
        Parts parts = Parts.of(
                settings, requireNonNull(queue, "queue"), time, clock, true, requireNonNull(listener, "listener"));
        return new Intake(parts, requireNonNull(journal, "journal"), queue, Life.MANUAL);
    }

    /**
     * Starts the threads. Succeeds with both places away.
     *
     * @throws IllegalStateException if it was started or closed before, or is run by hand
     */
    public void start() {
        if (!life.compareAndSet(Life.NEW, Life.RUNNING)) {
            throw new IllegalStateException("the intake must be new to be started: " + life.get());
        }
        parts.completions().start();
        publisherLoop.start();
        writerLoop.start();
        watchdogLoop.start();
    }

    /**
     * Submits and waits for the answer, up to the submit time-out. An interrupt does not end the wait; the flag stays
     * set.
     *
     * @throws IllegalStateException before {@link #start}
     */
    public SubmitResult submit(OrderRequest request) {
        return submitAll(List.of(requireNonNull(request, "request"))).get(0);
    }

    /**
     * Submits all and waits for the answers. Each has the submit time-out from its turn, when all before it have found
     * room; when there was no room for one of them in that time, the rest do not wait for room again.
     *
     * @return one result for each request, in the same order
     * @throws IllegalStateException before {@link #start}
     */
    public List<SubmitResult> submitAll(List<OrderRequest> requests) {
        requireStarted();
        List<OrderRequest> all = List.copyOf(requests);
        Caller caller = new Caller(all.size());
        List<Submission> submissions = new ArrayList<>(all.size());
        long patience = timeout;
        for (OrderRequest request : all) {
            Submission submission = admit(OrderEntry.of(request), caller, patience);
            submissions.add(submission);
            if (submission.result().filter(Overloaded.class::isInstance).isPresent()) {
                patience = 0;
            }
        }
        caller.await(submissions, parts.time(), parts.answers()::expire);
        return results(submissions);
    }

    private Submission admit(OrderEntry entry, Caller caller, long patience) {
        // the wait for room counts too
        Submission submission = Submission.blocking(entry, parts.now(), timeout, caller);
        Optional<SubmitResult> refused = atTheDoor(entry.id());
        if (refused.isEmpty() && !parts.buffer().awaitRoom(patience)) {
            refused = Optional.of(overloaded(entry.id()));
        }
        if (refused.isPresent()) {
            submission.answer(refused.get());
            parts.listener().answered(refused.get(), parts.now() - submission.entered());
            caller.answered();
        } else {
            enter(submission);
        }
        return submission;
    }

    private static List<SubmitResult> results(List<Submission> submissions) {
        List<SubmitResult> results = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            results.add(submission.result().orElseThrow());
        }
        return results;
    }

    /**
     * Submits without waiting. The future is completed by the submit time-out, never exceptionally, on a thread that
     * completes others too: what depends on it should be quick or asynchronous (see {@link Completions}).
     *
     * @throws IllegalStateException before {@link #start}
     */
    public CompletableFuture<SubmitResult> submitAsync(OrderRequest request) {
        requireStarted();
        OrderEntry entry = OrderEntry.of(requireNonNull(request, "request"));
        Optional<SubmitResult> refused = atTheDoor(entry.id());
        if (refused.isPresent()) {
            return refusedAtOnce(refused.get());
        }
        Submission.Kind kind = Submission.Kind.ASYNC;
        if (!parts.buffer().tryRoom()) {
            kind = Submission.Kind.ASYNC_OVERFLOW;
            if (!parts.buffer().tryOverflow()) {
                return refusedAtOnce(overloaded(entry.id()));
            }
        }
        Submission submission = Submission.async(entry, kind, parts.now(), timeout);
        enter(submission);
        return submission.future();
    }

    private CompletableFuture<SubmitResult> refusedAtOnce(SubmitResult refusal) {
        parts.listener().answered(refusal, 0);
        return CompletableFuture.completedFuture(refusal);
    }

    private void requireStarted() {
        if (life.get() == Life.NEW) {
            throw new IllegalStateException("the intake must be started first");
        }
    }

    private Optional<SubmitResult> atTheDoor(UUID id) {
        if (life.get() == Life.CLOSED) {
            return Optional.of(unavailable(id, CLOSING));
        }
        if (parts.router().taker(parts.now()) == Router.Taker.NOBODY) {
            return Optional.of(unavailable(id, parts.router().whyNobody()));
        }
        return Optional.empty();
    }

    private static SubmitResult unavailable(UUID id, String cause) {
        return new Unavailable(id, cause, Submission.RETRY_AFTER);
    }

    private static SubmitResult overloaded(UUID id) {
        return new Overloaded(id, Submission.RETRY_AFTER);
    }

    private void enter(Submission submission) {
        parts.buffer().add(submission);
        watchdog.attend();
        parts.router().changed(parts.now());
        // the last sweep of a close may have come between the door and the line
        String closed = watchdog.closed();
        if (!closed.isEmpty()) {
            parts.answers().refuse(submission, closed);
        }
    }

    /** How the intake is; no I/O. */
    public IntakeHealth health() {
        boolean accepting = life.get() != Life.CLOSED && parts.router().isAccepting();
        return new IntakeHealth(
                accepting,
                parts.buffer().unanswered(),
                place(parts.journalBreaker()),
                place(parts.queueBreaker()),
                publisher.backlog(),
                publisher.unpublished(),
                writer.lastWrite(),
                troubles());
    }

    /** What an outage explains is told of the place, not of its thread. */
    private Map<String, String> troubles() {
        Map<String, String> troubles = new TreeMap<>();
        parts.completions().trouble(PATIENCE).ifPresent(what -> troubles.put("callbacks", what));
        watchdogLoop.trouble(PATIENCE).ifPresent(what -> troubles.put(watchdogLoop.name(), what));
        if (parts.journalBreaker().works()) {
            writerLoop.trouble(PATIENCE).ifPresent(what -> troubles.put(writerLoop.name(), what));
        }
        if (parts.queueBreaker().works()) {
            publisherLoop.trouble(PATIENCE).ifPresent(what -> troubles.put(publisherLoop.name(), what));
        }
        return troubles;
    }

    private static IntakeHealth.Place place(Breaker breaker) {
        return new IntakeHealth.Place(!breaker.works(), breaker.lastError());
    }

    /**
     * Does what the journal's thread would do next.
     *
     * @return nanoseconds until the thread would do it again without being woken
     * @throws IllegalStateException if the intake has threads of its own
     */
    public long stepJournal() {
        requireManual();
        return writer.step();
    }

    /**
     * Does what the publisher's thread would do next.
     *
     * @return nanoseconds until the thread would do it again without being woken
     * @throws IllegalStateException if the intake has threads of its own
     * @throws InterruptedException if the queue was interrupted
     */
    public long stepPublisher() throws InterruptedException {
        requireManual();
        return publisher.step();
    }

    /**
     * Does what the watchdog's thread would do next.
     *
     * @return nanoseconds until the thread would do it again without being woken
     * @throws IllegalStateException if the intake has threads of its own
     */
    public long stepWatchdog() {
        requireManual();
        return watchdog.step();
    }

    private void requireManual() {
        if (writerLoop.isAlive() || life.get() == Life.NEW || life.get() == Life.RUNNING) {
            throw new IllegalStateException("only an intake without threads is stepped by hand");
        }
    }

    /**
     * The watchdog outlives the others until nothing is left without an answer, and no future without a thread for it.
     */
    private long watch() {
        long pause = watchdog.step();
        if (!watchdog.closed().isEmpty()
                && parts.buffer().unanswered() <= parts.completions().unfinished()
                && parts.completions().isEmpty()) {
            watchdogLoop.stop();
            parts.completions().end();
        }
        return pause;
    }

    /** Closes with 5 s for draining. */
    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }

    /**
     * Refuses new submissions, gives those it has and what waits for publishing the given time, answers the rest
     * (UNAVAILABLE, or UNKNOWN if a place may have it) and ends the threads. One that hangs in a place ends when the
     * place lets go of it. Idempotent.
     */
    public void close(Duration bound) {
        requireNonNull(bound, "bound");
        Life before = life.getAndSet(Life.CLOSED);
        if (before == Life.CLOSED) {
            return;
        }
        if (before == Life.RUNNING) {
            awaitUntil(bound, this::isDrained);
        }
        watchdog.refuseEverything(CLOSING);
        if (before == Life.RUNNING) {
            stopThreads();
        } else {
            watchdog.step();
        }
    }

    /** Looked at in the order in which an order passes: an answer comes before the hand-over to the publisher. */
    private boolean isDrained() {
        return isCompleted() && writer.flight().isEmpty() && publisher.backlog() == 0;
    }

    /** The host may close in what depends on a future: that one is not waited for. */
    private boolean isCompleted() {
        return parts.buffer().unanswered() <= (parts.completions().isOwnThread() ? 1 : 0);
    }

    private void stopThreads() {
        writerLoop.stop();
        publisherLoop.stop();
        awaitUntil(LAST_WORDS, () -> isCompleted() && !publisherLoop.isAlive() && !writerLoop.isAlive());
        if (publisherLoop.isAlive()) {
            publisherLoop.interrupt();
        }
        // the writer is not interrupted: an embedded database may close its file on an interrupt
        if (writerLoop.isAlive()) {
            LOG.warn("closed while the journal does not answer; the thread ends when it does");
        }
        // each future has its answer by now; only the host's own code can keep it
        awaitUntil(LAST_FUTURES, () -> isCompleted() || parts.completions().isStuckFor(LAST_WORDS));
    }

    /** Returns when the condition holds, the bound is over, or the caller is interrupted, whose flag stays set. */
    private static void awaitUntil(Duration bound, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()
                && System.nanoTime() - start < bound.toNanos()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(CLOSE_POLL);
        }
    }
}
