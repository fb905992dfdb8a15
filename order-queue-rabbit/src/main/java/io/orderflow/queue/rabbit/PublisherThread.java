package io.orderflow.queue.rabbit;

import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The publisher's own thread (B1): has its connection made and ended, and on it answers questions and sends messages.
 * Whatever is thrown, it goes on.
 */
final class PublisherThread {
    /**
     * RabbitMQ 3.10 refuses a full queue's channels for ever when the queue's limit is taken away; new channels work.
     */
    private static final long REFUSED_FOR_LONG = TimeUnit.SECONDS.toNanos(5);

    /**
     * A channel of RabbitMQ 3.10 that sent its first message to a queue's leader that stands still asks that node for
     * ever, although the others elected another leader long since: each message waits for seconds and is refused, or is
     * never confirmed. A new channel finds the leader. Where there is none yet it is as good as the old one.
     */
    private static final long STUCK_FOR_LONG = TimeUnit.SECONDS.toNanos(5);

    /** A wake-up may get lost with a reader that ran out of memory. */
    private static final long LONGEST_SLEEP = TimeUnit.SECONDS.toNanos(1);

    private final RabbitSettings settings;
    private final PublishLine line;
    private final Verification verification;
    private final PublisherLife life;
    private final Loop loop;
    private boolean started;

    PublisherThread(RabbitParts parts, PublishLine line, Verification verification, PublisherLife life) {
        this.settings = parts.settings();
        this.line = line;
        this.verification = verification;
        this.life = life;
        this.loop = new Loop(parts.threads().name("publish"), new Waiter(), this::step, life::end);
    }

    /** With the lock. Does nothing after the first time. */
    void start() {
        if (!started) {
            // a machine without room for another thread refuses this: the next call tries again
            loop.start();
            started = true;
        }
    }

    void stop() {
        loop.stop();
    }

    /** Waits for the thread's end; severs its connection when that takes too long. */
    void awaitEnd(Duration bound) throws InterruptedException {
        if (!loop.join(bound)) {
            life.sever();
            loop.join(bound);
        }
    }

    private long step() throws QueueException {
        if (!awaitWork()) {
            return 0;
        }
        PublishEpoch now = life.current();
        try {
            work(now);
        } catch (QueueException e) {
            life.failed(e);
        } catch (RuntimeException | Error e) {
            if (now != null) {
                // first, since nothing else may succeed without memory: nobody knows how far a message came
                now.link().sever();
            }
            life.failed(new QueueException(settings.where() + ": publishing failed in an unforeseen way: " + e, e));
            throw e;
        }
        return 0;
    }

    private void work(PublishEpoch now) throws QueueException {
        if (now == null) {
            life.connect();
        } else if (now.isOver()) {
            life.leave(now);
        } else if (now.confirms().isRefusedLongerThan(REFUSED_FOR_LONG)) {
            life.renew(now, "everything is refused");
        } else if (now.confirms().isStuckLongerThan(STUCK_FOR_LONG)) {
            life.renew(now, "no confirm comes");
        } else {
            answer(now);
            send(now);
        }
    }

    /** Waits until there is something to do; false when closed. */
    private boolean awaitWork() {
        line.lock();
        try {
            while (!line.isClosed()) {
                long left = untilWork(System.nanoTime());
                if (left <= 0) {
                    return true;
                }
                line.await(Math.min(left, LONGEST_SLEEP));
            }
            return false;
        } finally {
            line.unlock();
        }
    }

    private long untilWork(long now) {
        PublishEpoch epoch = life.epoch();
        if (epoch == null) {
            return life.untilRetry(now);
        }
        if (epoch.isOver()) {
            return 0;
        }
        if (life.isBlocked()) {
            return Long.MAX_VALUE;
        }
        if (epoch.confirms().isStuckLongerThan(STUCK_FOR_LONG)) {
            return 0;
        }
        boolean canSend = line.hasMessages() && epoch.confirms().size() < settings.confirmWindow();
        return canSend || line.hasQuestions() ? 0 : verification.untilDue(now);
    }

    /** Answers all who ask with one declaration. */
    private void answer(PublishEpoch now) throws QueueException {
        List<CompletableFuture<Long>> asking;
        line.lock();
        try {
            boolean due = verification.isDue();
            if (life.isBlocked() || (!line.hasQuestions() && !due)) {
                return;
            }
            asking = line.questions();
        } finally {
            line.unlock();
        }
        long ready = now.declare();
        answered(asking);
        asking.forEach(each -> each.complete(ready));
    }

    private void answered(List<CompletableFuture<Long>> asking) {
        line.lock();
        try {
            line.remove(asking);
            verification.done();
        } finally {
            line.unlock();
        }
    }

    private void send(PublishEpoch now) {
        Message message = next(now);
        while (message != null) {
            now.send(message);
            message = next(now);
        }
    }

    private Message next(PublishEpoch now) {
        line.lock();
        try {
            boolean mayMore = !line.isClosed() && !now.isOver() && now.blocked() == null && !line.hasQuestions();
            return mayMore && now.confirms().size() < settings.confirmWindow() ? line.next() : null;
        } finally {
            line.unlock();
        }
    }
}
