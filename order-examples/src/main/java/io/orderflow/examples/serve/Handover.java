package io.orderflow.examples.serve;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands work to an event loop, in the order in which it comes. All that comes before the loop looks is one task for it,
 * since the answers of a group come together. Thread-safe.
 */
final class Handover implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

    private final Context loop;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean called = new AtomicBoolean();

    Handover(Context loop) {
        this.loop = loop;
    }

    @Override
    public void execute(Runnable work) {
        waiting.add(work);
        if (!called.get() && called.compareAndSet(false, true)) {
            loop.runOnContext(now -> drain());
        }
    }

    private void drain() {
        // before the look: what comes after it calls again
        called.set(false);
        for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("work for the event loop failed", e);
            }
        }
    }
}
