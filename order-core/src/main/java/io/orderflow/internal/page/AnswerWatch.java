package io.orderflow.internal.page;

import io.orderflow.SubmitResult;
import io.orderflow.internal.telemetry.Batch;
import io.orderflow.internal.telemetry.Telemetry;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what this process answers and decides, while somebody looks. Thread-safe. */
final class AnswerWatch implements Telemetry {
    private final Histogram accepting = new Histogram();
    private final Histogram deciding = new Histogram();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong known = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    @Override
    public void answered(SubmitResult result, long nanos) {
        if (result instanceof SubmitResult.Accepted) {
            accepted.incrementAndGet();
            accepting.add(nanos / 1_000);
        } else if (result instanceof SubmitResult.Duplicate) {
            known.incrementAndGet();
        } else {
            refused.incrementAndGet();
        }
    }

    @Override
    public void decided(Batch batch) {
        deciding.add(batch.nanos() / 1_000);
    }

    /** From a submission to its answer Accepted. */
    Histogram accepting() {
        return accepting;
    }

    /** The transaction that decides a batch. */
    Histogram deciding() {
        return deciding;
    }

    /**
     * Answers since the last time.
     *
     * @param accepted answered with Accepted
     * @param known answered with Duplicate
     * @param refused answered with anything else
     */
    record Answered(long accepted, long known, long refused) {}

    /** What was answered since the last time. */
    Answered take() {
        return new Answered(accepted.getAndSet(0), known.getAndSet(0), refused.getAndSet(0));
    }
}
