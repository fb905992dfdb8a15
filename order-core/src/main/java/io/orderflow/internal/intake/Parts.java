package io.orderflow.internal.intake;

import static io.orderflow.internal.intake.Breaker.State.CLOSED;
import static io.orderflow.internal.intake.Breaker.State.NEW;

import io.orderflow.internal.loop.Waiter;
import io.orderflow.queue.OrderQueue;
import java.time.Clock;
import java.util.function.LongSupplier;

/** What the writer, the publisher and the watchdog of one intake share. */
record Parts(
        IntakeSettings settings,
        LongSupplier time,
        Clock clock,
        Waiter writerWaiter,
        Waiter publisherWaiter,
        Waiter watchdogWaiter,
        Buffer buffer,
        Completions completions,
        Answers answers,
        Breaker journalBreaker,
        Breaker queueBreaker,
        DurabilityGate gate,
        StuckOrders stuck,
        Router router,
        IntakeListener listener) {
    /** Wires the parts of one intake. */
    static Parts of(
            IntakeSettings settings,
            OrderQueue queue,
            LongSupplier time,
            Clock clock,
            boolean direct,
            IntakeListener listener) {
        Waiter writer = new Waiter();
        Waiter publisher = new Waiter();
        Buffer buffer = new Buffer(settings.bufferCapacity());
        Completions completions = new Completions(buffer, direct, time);
        Answers answers = new Answers(buffer, completions, time, listener);
        Breaker journal = new Breaker("the journal", "orders are accepted by the queue alone if it is durable", NEW);
        Breaker publishing = new Breaker(
                "queue " + queue.name(),
                "orders are accepted by the journal, which recovery decides them from",
                CLOSED);
        DurabilityGate gate = new DurabilityGate(queue, settings.allowWeakQueue());
        Router router = new Router(settings, buffer, answers, journal, publishing, gate, writer, publisher);
        return new Parts(
                settings,
                time,
                clock,
                writer,
                publisher,
                new Waiter(),
                buffer,
                completions,
                answers,
                journal,
                publishing,
                gate,
                new StuckOrders(time.getAsLong()),
                router,
                listener);
    }

    long now() {
        return time.getAsLong();
    }
}
