package io.orderflow.queue.rabbit;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.internal.loop.Bell;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import io.orderflow.queue.Durability;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes, and asks the server about the queue. Thread-safe.
 *
 * <ul>
 *   <li><b>B1</b> Callers never touch the socket: one thread of this object's own does, and a wait for it has a bound.
 *       A caller whose time is over takes its message back where it was not sent yet, hence REFUSED.
 *   <li><b>B2</b> State is guarded by {@code lock}. Nothing is sent under it, and the client library is not called
 *       under it: its callbacks take it.
 *   <li><b>B3</b> Each message's result is set by the first of: its confirm, its nack, the loss of its channel, its
 *       caller's patience.
 *   <li><b>B4</b> A connection is an epoch ({@link PublishEpoch}). No number of its channels survives its loss.
 *   <li><b>B5</b> Asking means declaring the queue anew: this makes it where it is missing, and the server compares
 *       every argument, so that the answer proves what stands there.
 * </ul>
 */
final class RabbitPublisher {
    private static final Logger log = LoggerFactory.getLogger(RabbitPublisher.class);

    private static final long VERIFY_AGAIN = TimeUnit.SECONDS.toNanos(30);
    private static final long OLDEST_READING = TimeUnit.SECONDS.toNanos(60);
    /**
     * RabbitMQ 3.10 refuses a full queue's channels for ever when the queue's limit is taken away; new channels work.
     */
    private static final long REFUSED_FOR_LONG = TimeUnit.SECONDS.toNanos(5);

    /** A wake-up may get lost with a reader that ran out of memory. */
    private static final long LONGEST_SLEEP = TimeUnit.SECONDS.toNanos(1);

    private static final int CLOSE_MILLIS = 1_000;

    private final Settings settings;
    private final IoThreads threads;
    private final Watch watch;
    private final QueueDeclaration declaration;
    private final Loop loop;
    private final OutageLog told = new OutageLog(log);
    private final ConnectBackoff backoff = new ConnectBackoff();
    private final ReentrantLock lock = new ReentrantLock();
    private final Bell work = new Bell(lock);
    private final Deque<Message> waiting = new ArrayDeque<>();
    private final List<CompletableFuture<Long>> asked = new ArrayList<>();
    private volatile AmqpLink newest;
    private PublishEpoch epoch;
    private QueueException failure;
    private long retryAt;
    private long verifiedAt;
    private boolean verify;
    private boolean started;
    private boolean closed;

    RabbitPublisher(Settings settings, IoThreads threads, Watch watch, QueueDeclaration declaration) {
        this.settings = settings;
        this.threads = threads;
        this.watch = watch;
        this.declaration = declaration;
        this.loop = new Loop(threads.name("publish"), new Waiter(), this::step, this::end);
    }

    PublishResult publish(byte[] body, Duration timeout) throws InterruptedException {
        Message message = new Message(body);
        lock.lock();
        try {
            String refusal = refusal();
            if (refusal != null) {
                return PublishResult.refused(refusal);
            }
            start();
            waiting.addLast(message);
            work.ring();
        } finally {
            lock.unlock();
        }
        return await(message, timeout);
    }

    /** Why nothing can be sent at this moment; null if it is worth trying. */
    private String refusal() {
        if (closed) {
            return settings.where() + " is closed";
        }
        if (isBlocked()) {
            return settings.where() + ": the server takes no messages now: " + epoch.blocked();
        }
        return inBackoff() ? failure.getMessage() : null;
    }

    private boolean isBlocked() {
        return epoch != null && epoch.blocked() != null;
    }

    private boolean inBackoff() {
        return epoch == null && failure != null && retryAt - System.nanoTime() > 0;
    }

    private void start() {
        if (!started) {
            // a machine without room for another thread refuses this: the next call tries again
            loop.start();
            started = true;
        }
    }

    private PublishResult await(Message message, Duration timeout) throws InterruptedException {
        try {
            return message.result().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(message, "within " + timeout);
            return message.result().join();
        } catch (InterruptedException e) {
            giveUp(message, "before its caller was interrupted");
            throw e;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** With the lock. Why there is no connection, if one was tried or lost. */
    private String notConnected() {
        return failure == null ? "not connected yet" : "not connected; last " + failure.getMessage();
    }

    /** Takes back what was not sent; nobody knows about the rest. */
    private void giveUp(Message message, String when) {
        boolean unsent;
        String state;
        lock.lock();
        try {
            unsent = waiting.remove(message);
            state = epoch == null ? notConnected() : epoch.confirms().size() + " messages wait for their confirm";
        } finally {
            lock.unlock();
        }
        if (unsent) {
            message.refused(settings.where() + ": not sent " + when + ", " + state);
        } else {
            message.unknown(settings.where() + ": no confirm " + when + ", " + state);
        }
    }

    /**
     * Asks for the number of ready messages; proves that the queue stands there as it must.
     *
     * @throws QueueException if the server cannot be asked
     */
    long ask(Duration bound) throws QueueException {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        lock.lock();
        try {
            String refusal = refusal();
            if (refusal != null) {
                throw new QueueException(refusal, failure);
            }
            start();
            asked.add(answer);
            work.ring();
        } finally {
            lock.unlock();
        }
        return await(answer, bound);
    }

    private long await(CompletableFuture<Long> answer, Duration bound) throws QueueException {
        try {
            return answer.get(TimeUnit.NANOSECONDS.convert(bound), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new QueueException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            forget(answer);
            throw new QueueException(settings.where() + ": no answer within " + bound, e);
        } catch (InterruptedException e) {
            forget(answer);
            Thread.currentThread().interrupt();
            throw new QueueException(settings.where() + ": interrupted while waiting for an answer", e);
        }
    }

    private void forget(CompletableFuture<Long> answer) {
        lock.lock();
        try {
            asked.remove(answer);
        } finally {
            lock.unlock();
        }
    }

    /** What the server calls itself; empty when it cannot be asked. */
    Optional<String> server(Duration bound) {
        try {
            ask(bound);
        } catch (QueueException e) {
            return Optional.empty();
        }
        PublishEpoch now = current();
        return now == null ? Optional.empty() : Optional.of(now.link().server());
    }

    /** What the last declaration proved, if it is no older than a minute. */
    Durability durability(Duration bound) {
        if (!isVerified()) {
            try {
                ask(bound);
            } catch (QueueException e) {
                return new Durability(Durability.Level.UNKNOWN, e.getMessage());
            }
        }
        if (declaration.isYoung()) {
            return new Durability(
                    Durability.Level.WEAK,
                    settings.where()
                            + " was made just now; a server that is killed may forget a queue of some seconds");
        }
        return new Durability(
                Durability.Level.DURABLE,
                settings.where() + " is a quorum queue: a confirmed message is on the disks of most of its nodes");
    }

    private boolean isVerified() {
        lock.lock();
        try {
            return !closed
                    && epoch != null
                    && !epoch.isOver()
                    && verifiedAt != 0
                    && System.nanoTime() - verifiedAt < OLDEST_READING;
        } finally {
            lock.unlock();
        }
    }

    private long step() throws QueueException {
        if (!awaitWork()) {
            return 0;
        }
        PublishEpoch now = current();
        try {
            work(now);
        } catch (QueueException e) {
            failed(e);
        } catch (RuntimeException | Error e) {
            if (now != null) {
                // first, since nothing else may succeed without memory: nobody knows how far a message came
                now.link().sever();
            }
            failed(new QueueException(settings.where() + ": publishing failed in an unforeseen way: " + e, e));
            throw e;
        }
        return 0;
    }

    private void work(PublishEpoch now) throws QueueException {
        if (now == null) {
            connect();
        } else if (now.isOver()) {
            leave(now);
        } else if (now.confirms().isRefusedLongerThan(REFUSED_FOR_LONG)) {
            renew(now);
        } else {
            answer(now);
            send(now);
        }
    }

    private PublishEpoch current() {
        lock.lock();
        try {
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something to do; false when closed. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (!closed) {
                long left = untilWork(System.nanoTime());
                if (left <= 0) {
                    return true;
                }
                awaitNanos(Math.min(left, LONGEST_SLEEP));
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void awaitNanos(long nanos) {
        try {
            work.await(nanos);
        } catch (InterruptedException e) {
            // a stranger's, since nobody of ours interrupts this thread: it goes on
        }
    }

    private long untilWork(long now) {
        if (epoch == null) {
            return failure == null ? 0 : retryAt - now;
        }
        if (epoch.isOver()) {
            return 0;
        }
        if (isBlocked()) {
            return Long.MAX_VALUE;
        }
        boolean canSend = !waiting.isEmpty() && epoch.confirms().size() < settings.confirmWindow();
        return canSend || !asked.isEmpty() || verify ? 0 : verifiedAt + VERIFY_AGAIN - now;
    }

    private void connect() throws QueueException {
        AmqpLink link = new AmqpLink(settings);
        newest = link;
        watch.add(link);
        PublishEpoch next = new PublishEpoch(settings, declaration, link);
        boolean entered = false;
        try {
            long ready =
                    next.open(threads, this::wake, this::verifySoon, cause -> lost(next, cause), new Blocking(next));
            entered(next, ready);
            entered = true;
        } finally {
            if (!entered) {
                drop(link);
            }
        }
    }

    private void entered(PublishEpoch next, long ready) {
        lock.lock();
        try {
            epoch = next;
            failure = null;
            verified();
        } finally {
            lock.unlock();
        }
        told.over(settings.where() + ": publishing works again, " + ready + " messages are ready");
    }

    private void verified() {
        verifiedAt = System.nanoTime();
        verify = false;
    }

    private void drop(AmqpLink link) {
        link.sever();
        watch.remove(link);
    }

    /** Answers all who ask with one declaration. */
    private void answer(PublishEpoch now) throws QueueException {
        List<CompletableFuture<Long>> asking;
        lock.lock();
        try {
            boolean due = verify || System.nanoTime() - verifiedAt >= VERIFY_AGAIN;
            if (isBlocked() || (asked.isEmpty() && !due)) {
                return;
            }
            asking = List.copyOf(asked);
        } finally {
            lock.unlock();
        }
        long ready = now.declare();
        lock.lock();
        try {
            asked.removeAll(asking);
            verified();
        } finally {
            lock.unlock();
        }
        asking.forEach(each -> each.complete(ready));
    }

    private void send(PublishEpoch now) {
        Message message = next(now);
        while (message != null) {
            now.send(message);
            message = next(now);
        }
    }

    private Message next(PublishEpoch now) {
        lock.lock();
        try {
            boolean mayMore = !closed && !now.isOver() && now.blocked() == null && asked.isEmpty();
            return mayMore && now.confirms().size() < settings.confirmWindow() ? waiting.pollFirst() : null;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            if (!waiting.isEmpty()) {
                work.ring();
            }
        } finally {
            lock.unlock();
        }
    }

    private void verifySoon() {
        lock.lock();
        try {
            verify = true;
            work.ring();
        } finally {
            lock.unlock();
        }
    }

    /** The channel or the connection ended; told by the connection's reader. */
    private void lost(PublishEpoch old, ShutdownSignalException cause) {
        old.end();
        lock.lock();
        try {
            if (epoch == old && !closed) {
                String reason = old.link().endedBy(AmqpFailures.reason(cause));
                failure = new QueueException(
                        settings.where() + ": the connection for publishing was lost: " + reason, cause);
            }
            work.ring();
        } finally {
            lock.unlock();
        }
        old.confirms().lost("no confirm came before the channel was lost: " + AmqpFailures.reason(cause));
    }

    /** The next attempt comes at once, but after a pause where the server ended a young connection. */
    private void leave(PublishEpoch old) {
        drop(old.link());
        String cause;
        int unsent;
        lock.lock();
        try {
            if (failure == null) {
                failure = new QueueException(settings.where() + ": the connection for publishing was lost: "
                        + old.link().endedBy("nobody read it any more"));
            }
            cause = failure.getMessage();
            epoch = null;
            verifiedAt = 0;
            retryAt = System.nanoTime() + pauseAfter(old);
            unsent = waiting.size();
        } finally {
            lock.unlock();
        }
        old.confirms().lost("no confirm came before the connection was lost");
        told.failed(cause + "; " + unsent + " messages wait to be sent");
    }

    private long pauseAfter(PublishEpoch old) {
        if (old.isProven()) {
            backoff.worked();
            return 0;
        }
        return backoff.failed(ConnectBackoff.UNWANTED);
    }

    /** Makes the connection anew although it works. */
    private void renew(PublishEpoch old) {
        log.debug(
                "{}: everything is refused; the connection is made anew in case that is the reason", settings.where());
        lock.lock();
        try {
            epoch = null;
            verifiedAt = 0;
        } finally {
            lock.unlock();
        }
        old.link().close(CLOSE_MILLIS);
        watch.remove(old.link());
    }

    /** No connection: everybody who waits is told, and the next attempt comes after a pause. */
    private void failed(QueueException cause) {
        List<Message> refused;
        List<CompletableFuture<Long>> unanswered;
        PublishEpoch old;
        lock.lock();
        try {
            old = epoch;
            epoch = null;
            verifiedAt = 0;
            failure = cause;
            if (old != null && old.isProven()) {
                backoff.worked();
            }
            retryAt = System.nanoTime() + backoff.failed(ConnectBackoff.AWAY);
            refused = List.copyOf(waiting);
            waiting.clear();
            unanswered = List.copyOf(asked);
            asked.clear();
        } finally {
            lock.unlock();
        }
        if (old != null) {
            drop(old.link());
            old.confirms().lost("no confirm came before the connection was given up: " + cause.getMessage());
        }
        told.failed(cause.getMessage());
        refused.forEach(each -> each.refused(cause.getMessage()));
        unanswered.forEach(each -> each.completeExceptionally(cause));
    }

    /** Makes everybody who waits return; the thread ends. */
    void close() {
        lock.lock();
        try {
            closed = true;
            work.ring();
            refuseWaiting(settings.where() + " is closed");
        } finally {
            lock.unlock();
        }
        loop.stop();
    }

    private void refuseWaiting(String cause) {
        waiting.forEach(each -> each.refused(cause));
        waiting.clear();
        asked.forEach(each -> each.completeExceptionally(new QueueException(cause)));
        asked.clear();
    }

    /** Waits for the thread's end; severs its connection when that takes too long. */
    void awaitEnd(Duration bound) throws InterruptedException {
        PublishEpoch last = current();
        if (last != null) {
            last.confirms().lost(settings.where() + " was closed before the confirm came");
        }
        AmqpLink link = newest;
        if (!loop.join(bound) && link != null) {
            link.sever();
            loop.join(bound);
        }
    }

    private void end() {
        PublishEpoch last = current();
        if (last != null) {
            last.link().close(CLOSE_MILLIS);
            watch.remove(last.link());
        }
    }

    /** The server's alarms, told by the connection's reader. */
    private final class Blocking implements BlockedListener {
        private final PublishEpoch mine;

        private Blocking(PublishEpoch mine) {
            this.mine = mine;
        }

        @Override
        public void handleBlocked(String reason) {
            boolean current;
            lock.lock();
            try {
                mine.block(reason);
                current = epoch == mine;
                if (current) {
                    refuseWaiting(refusal());
                }
            } finally {
                lock.unlock();
            }
            if (current) {
                log.warn(
                        "{}: the server takes no messages now: {}; publishing goes on when it says so",
                        settings.where(),
                        reason);
            }
        }

        @Override
        public void handleUnblocked() {
            boolean current;
            lock.lock();
            try {
                mine.block(null);
                current = epoch == mine;
                if (current) {
                    work.ring();
                }
            } finally {
                lock.unlock();
            }
            if (current) {
                log.info("{}: the server takes messages again", settings.where());
            }
        }
    }
}
