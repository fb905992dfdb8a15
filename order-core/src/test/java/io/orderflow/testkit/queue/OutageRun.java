package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishes from several threads through an outage, remembers each outcome, and compares it with what comes afterwards.
 */
final class OutageRun {
    private static final int PUBLISHERS = 3;
    private static final int ENOUGH = 200;

    private final QueueLab lab;
    private final Duration bound;
    private final OrderQueue queue;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile boolean stopped;

    OutageRun(QueueLab lab, Duration bound) throws Exception {
        this.lab = lab;
        this.bound = bound;
        this.queue = lab.open();
    }

    /** Publishes before, during and after. */
    void load(QueueLab.Step outage, QueueLab.Step end) throws Exception {
        List<Future<Void>> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            publishers.add(lab.beside(this::publishUntilStopped));
        }
        awaitMoreThan(done.size() + ENOUGH, done, "DONE before the outage");
        outage.run();
        lab.await("outcome other than DONE", bound, () -> failed.get() > PUBLISHERS * 2, this::toString);
        end.run();
        awaitMoreThan(done.size() + ENOUGH, done, "DONE after the outage");
        stopped = true;
        for (Future<Void> publisher : publishers) {
            lab.join(publisher, QueueLab.UNHURRIED, "a publisher");
        }
    }

    private void awaitMoreThan(int count, Collection<String> texts, String what) throws Exception {
        lab.await(count + " times " + what, bound, () -> texts.size() > count, this::toString);
    }

    private Void publishUntilStopped() throws InterruptedException {
        while (!stopped) {
            String text = "m-" + numbers.incrementAndGet();
            PublishResult result = queue.publish(QueueLab.message(text), ServerRules.SHORT_TIMEOUT);
            if (result.outcome() == PublishResult.Outcome.DONE) {
                done.add(text);
                QueueLab.lookAgainLater();
            } else {
                if (result.outcome() == PublishResult.Outcome.REFUSED) {
                    refused.add(text);
                }
                failed.incrementAndGet();
                QueueLab.pauseWhileAway();
            }
        }
        return null;
    }

    void assertOutcomesWereTrue(boolean doneMustCome) throws Exception {
        String last = "last";
        lab.publish(queue, last);
        Set<String> came = lab.drain(queue, doneMustCome ? done : Set.of(last));
        Set<String> lies = new TreeSet<>(refused);
        lies.retainAll(came);
        assertEquals(Set.of(), lies, () -> "REFUSED, yet delivered; " + this);
        lab.awaitDepth(queue, 0);
    }

    @Override
    public String toString() {
        return numbers + " published, " + done.size() + " DONE, " + refused.size() + " REFUSED, " + failed
                + " not DONE in all";
    }
}
