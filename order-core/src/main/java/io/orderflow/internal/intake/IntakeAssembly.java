package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Breaker.State.CLOSED;
import static io.orderflow.internal.intake.Breaker.State.NEW;
import static java.util.Objects.requireNonNull;

import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.queue.OrderQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Makes what one intake consists of, and gives each piece what it needs. Nobody but {@link Intake} knows it. */
final class IntakeAssembly {
    /** What a queue may take beyond its time-out (Q3), with some room for this process. */
    private static final Duration GRACE = Duration.ofMillis(200);

    private final Waiter writerWaiter = new Waiter();
    private final Waiter publisherWaiter = new Waiter();
    final Waiter watchdogWaiter = new Waiter();

    final Room room;
    final Router router;
    final DurablePlace journalPlace;
    final DurablePlace queuePlace;
    final JournalCalls journalCalls;
    final Outbox outbox;
    final JournalWriter writer;
    final Publisher publisher;
    final Watchdog watchdog;
    final Admission admission;
    final IntakeThreads threads;

    /**
     * Assembles; no I/O, and no thread is started.
     *
     * @param outages tells the log of servers that are away
     * @param direct whether futures are completed at once, by the thread that answers
     */
    IntakeAssembly(
            IntakeSettings settings,
            Journal journal,
            OrderQueue queue,
            LongSupplier time,
            Clock clock,
            IntakeListener listener,
            Outages outages,
            boolean direct) {
        requireNonNull(journal, "journal");
        requireNonNull(queue, "queue");
        requireNonNull(listener, "listener");
        // the line and its answers
        room = new Room(settings.bufferCapacity());
        Completions completions = new Completions(room, direct, time);
        Answers answers = new Answers(room, completions, time, listener);
        Buffer buffer = new Buffer(answers);

        // the two ways out of the line, and who chooses between them
        Gathering gathering = new Gathering(settings, buffer, room, writerWaiter);
        DurabilityGate gate = new DurabilityGate(queue, settings.allowWeakQueue());
        Way journalWay = new Way(Router.Taker.JOURNAL, breaker(outages), gathering::wake);
        Way queueWay = new Way(Router.Taker.QUEUE, breaker(queue, outages), publisherWaiter::wake);
        router = new Router(settings.acceptance(), buffer, journalWay, queueWay, gate);
        journalPlace = new DurablePlace(journalWay, settings.journalTimeout(), buffer, answers, router, time);
        Duration patience = settings.publishTimeout().plus(GRACE);
        queuePlace = new DurablePlace(queueWay, patience, buffer, answers, router, time);

        // who brings submissions there
        int maxGroup = settings.maxGroup();
        journalCalls = new JournalCalls(journal, time, clock);
        QueueCalls queueCalls = new QueueCalls(queue, settings.frames(), settings.publishTimeout());
        outbox = new Outbox(settings.bufferCapacity(), listener, publisherWaiter);
        writer = new JournalWriter(journalPlace, journalCalls, gathering, new Verdicts(clock), outbox, maxGroup);
        publisher = new Publisher(queuePlace, queueCalls, gate, outbox, maxGroup);

        // who watches over them, and who lets submissions in
        Doze doze = new Doze(room, watchdogWaiter, time);
        watchdog = new Watchdog(List.of(writer, publisher, completions), buffer, answers, router, doze);
        admission = new Admission(room, buffer, router, answers, watchdog, time, settings.submitTimeout());
        Loop writing = new Loop("orderflow-journal", writerWaiter, writer::step, writer::end);
        Loop publishing = new Loop("orderflow-publisher", publisherWaiter, publisher::step);
        threads = new IntakeThreads(writing, publishing, watchdog, watchdogWaiter, completions, room);
    }

    private static Breaker breaker(Outages outages) {
        return new Breaker("the journal", outages.database(), NEW);
    }

    private static Breaker breaker(OrderQueue queue, Outages outages) {
        return new Breaker("the publisher", outages.queue(queue.name()), CLOSED);
    }
}
