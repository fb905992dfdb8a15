package io.orderflow.internal.intake;

import static java.util.Objects.requireNonNull;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.loop.Outages;
import io.orderflow.queue.OrderQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

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
    private static final String CLOSING = "the intake is closing";

    private enum State {
        NEW,
        RUNNING,
        MANUAL,
        CLOSED
    }

    private final IntakeAssembly made;
    private final boolean manual;
    private final AtomicReference<State> life;

    /**
     * Builds an intake with threads of its own; does no I/O and starts none before {@link #start}.
     *
     * @param time monotonic nanoseconds, as {@link System#nanoTime}
     * @param clock the time of day
     * @param outages tells the log of servers that are away
     */
    public Intake(
            IntakeSettings settings,
            Journal journal,
            OrderQueue queue,
            LongSupplier time,
            Clock clock,
            IntakeListener listener,
            Outages outages) {
        this(new IntakeAssembly(settings, journal, queue, time, clock, listener, outages, false), State.NEW);
    }

    private Intake(IntakeAssembly made, State life) {
        this.made = made;
        this.manual = life == State.MANUAL;
        this.life = new AtomicReference<>(life);
    }

    /**
     * Builds an intake without threads: the caller runs {@link #stepJournal}, {@link #stepPublisher} and
     * {@link #stepWatchdog}, in any order, and submits asynchronously. Futures are completed within the steps.
     *
     * @param time monotonic nanoseconds, moved by the caller
     * @param clock the time of day
     * @param outages tells the log of servers that are away
     */
    public static Intake manual(
            IntakeSettings settings,
            Journal journal,
            OrderQueue queue,
            LongSupplier time,
            Clock clock,
            IntakeListener listener,
            Outages outages) {
        return new Intake(
                new IntakeAssembly(settings, journal, queue, time, clock, listener, outages, true), State.MANUAL);
    }

    /**
     * Starts the threads. Succeeds with both places away.
     *
     * @throws IllegalStateException if it was started or closed before, or is run by hand
     */
    public void start() {
        if (!life.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException("the intake must be new to be started: " + life.get());
        }
        made.threads.start();
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
        return made.admission.submitAll(requests);
    }

    /**
     * Submits without waiting. The future is completed by the submit time-out, never exceptionally, on a thread that
     * completes others too: what depends on it should be quick or asynchronous (see {@link Completions}).
     *
     * @throws IllegalStateException before {@link #start}
     */
    public CompletableFuture<SubmitResult> submitAsync(OrderRequest request) {
        requireStarted();
        return made.admission.submitAsync(request);
    }

    private void requireStarted() {
        if (life.get() == State.NEW) {
            throw new IllegalStateException("the intake must be started first");
        }
    }

    /** Whether every order that was answered is on the queue, or left to recovery. By any thread, no I/O. */
    public boolean isQuiet() {
        // an order is on its way to the journal until it is in the outbox
        return !made.journalPlace.isBusy() && made.outbox.isQuiet();
    }

    /** How the intake is; no I/O. */
    public IntakeHealth health() {
        return new IntakeHealth(
                life.get() != State.CLOSED && made.router.isAccepting(),
                made.room.unanswered(),
                made.journalPlace.health(),
                made.queuePlace.health(),
                made.outbox.size(),
                made.outbox.unpublished(),
                made.journalCalls.lastWrite(),
                made.threads.troubles(made.journalPlace.works(), made.queuePlace.works()));
    }

    /**
     * Does what the journal's thread would do next.
     *
     * @return nanoseconds until the thread would do it again without being woken
     * @throws IllegalStateException if the intake has threads of its own
     */
    public long stepJournal() {
        requireManual();
        return made.writer.step();
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
        return made.publisher.step();
    }

    /**
     * Does what the watchdog's thread would do next.
     *
     * @return nanoseconds until the thread would do it again without being woken
     * @throws IllegalStateException if the intake has threads of its own
     */
    public long stepWatchdog() {
        requireManual();
        return made.watchdog.step();
    }

    private void requireManual() {
        if (!manual) {
            throw new IllegalStateException("only an intake without threads is stepped by hand");
        }
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
        State before = life.getAndSet(State.CLOSED);
        if (before == State.CLOSED) {
            return;
        }
        made.admission.shut(CLOSING);
        if (before == State.RUNNING) {
            made.threads.drain(bound, () -> !made.journalPlace.isBusy() && made.outbox.size() == 0);
        }
        made.watchdog.refuseEverything(CLOSING);
        if (before == State.RUNNING) {
            made.threads.stop();
        } else {
            made.watchdog.step();
        }
    }
}
