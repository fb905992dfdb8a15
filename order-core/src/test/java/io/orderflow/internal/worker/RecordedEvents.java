package io.orderflow.internal.worker;

import io.orderflow.DeadLetterReason;
import io.orderflow.internal.engine.BatchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** What workers told, in their order, as short words; of polls only the number. For one thread. */
final class RecordedEvents implements WorkerEvents {
    final List<String> all = new ArrayList<>();

    /** Of each transaction that decided orders whether it was a batch of the queue's, or a piece of the journal's. */
    final List<String> kinds = new ArrayList<>();

    int polls;
    Runnable whenTold = () -> {};
    Consumer<Exception> whenRetried = failure -> {};

    List<String> starting(String word) {
        return all.stream().filter(event -> event.startsWith(word)).toList();
    }

    private void add(String event) {
        all.add(event);
        whenTold.run();
    }

    @Override
    public void polled() {
        polls++;
    }

    @Override
    public void committed(BatchResult result) {
        add("committed " + result.verdicts().size());
    }

    @Override
    public void measured(BatchResult result, long nanos, boolean byRecovery) {
        kinds.add(byRecovery ? "piece" : "batch");
    }

    @Override
    public void retried(Exception failure) {
        whenRetried.accept(failure);
    }

    @Override
    public void conflict(UUID orderId) {
        add("conflict " + orderId);
    }

    @Override
    public void deadLettered(DeadLetterReason reason, String detail) {
        add("deadLettered " + reason);
    }

    @Override
    public void paused(String worker, String cause) {
        add("paused " + worker);
    }

    @Override
    public void broken(String worker, String cause) {
        add("broken " + worker);
    }

    @Override
    public void resumed(String worker) {
        add("resumed " + worker);
    }

    @Override
    public void ended(String worker) {
        add("ended " + worker);
    }
}
