package io.orderflow.simulation;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.worker.WorkerEvents;
import java.util.Collection;
import java.util.UUID;
import java.util.function.Consumer;

/** Writes down what workers tell. */
final class TracedEvents implements WorkerEvents {
    private final Trace trace;
    private final SimulationBook book;
    private final Consumer<Collection<UUID>> decided;
    private final Runnable progress;

    TracedEvents(Trace trace, SimulationBook book, Consumer<Collection<UUID>> decided, Runnable progress) {
        this.trace = trace;
        this.book = book;
        this.decided = decided;
        this.progress = progress;
    }

    @Override
    public void polled() {}

    @Override
    public void committed(BatchResult result) {
        trace.add("committed batch " + result.batch() + ": "
                + result.verdicts().stream()
                        .map(verdict -> verdict.entry().id())
                        .toList() + ", conflicts "
                + result.conflicts().size() + ", skipped " + result.skipped());
        book.decided(result);
        decided.accept(
                result.verdicts().stream().map(verdict -> verdict.entry().id()).toList());
        progress.run();
    }

    @Override
    public void expired(int orders) {
        trace.add("expired " + orders);
        progress.run();
    }

    @Override
    public void conflict(UUID orderId) {
        trace.add("conflict " + orderId);
        progress.run();
    }

    @Override
    public void deadLettered(DeadLetterReason reason, String detail) {
        trace.add("dead letter " + reason + " " + detail);
        progress.run();
    }

    @Override
    public void paused(String worker, String cause) {
        trace.add("paused " + worker + ": " + cause);
    }

    @Override
    public void broken(String worker, String cause) {
        throw new AssertionError(worker + " found what must never be: " + cause);
    }

    @Override
    public void resumed(String worker) {
        trace.add("resumed " + worker);
    }

    @Override
    public void ended(String worker) {}
}
