package io.orderflow.internal.page;

import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Waiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a shop once a second for all who look, on one thread, and rests while nobody does. Thread-safe.
 *
 * <p>A look that takes long is followed by a rest as long: a database that is slow is not asked all the time.
 */
final class ShopSampler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ShopSampler.class);

    static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    /** Also when somebody wants to see at once what he has done. */
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long LONGEST = TimeUnit.SECONDS.toNanos(5);
    private static final long UNTIL_SOMEBODY_COMES = TimeUnit.HOURS.toNanos(1);
    private static final Duration END = Duration.ofSeconds(2);

    private final PageParts parts;
    private final int most;
    private final LongSupplier nanoTime;
    private final List<Looker> lookers = new CopyOnWriteArrayList<>();
    private final Loop loop;

    /** Changed by the loop's thread alone. */
    private volatile Optional<ShopLook> look = Optional.empty();

    private long lookedAt;
    private boolean started;
    private boolean closed;

    /**
     * Starts nothing.
     *
     * @param most lookers at a time
     */
    ShopSampler(PageParts parts, int most, LongSupplier nanoTime) {
        this.parts = parts;
        this.most = most;
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong() - INTERVAL;
        this.loop = new Loop("orderflow-page", new Waiter(), this::step, this::rest);
    }

    /** Whether no more may look; also when it is closed. */
    synchronized boolean isFull() {
        return closed || lookers.size() >= most;
    }

    /** How many look. */
    int lookers() {
        return lookers.size();
    }

    /** Whether nothing is read, and nothing is heard. */
    boolean isResting() {
        return look.isEmpty();
    }

    /** What each who looks gets; for one subscriber. */
    Flow.Publisher<String> stream(String first) {
        return subscriber -> {
            Looker looker = new Looker(subscriber, first, lookers::remove);
            subscriber.onSubscribe(looker);
            if (!add(looker)) {
                looker.end();
            } else if (looker.hasEnded()) {
                lookers.remove(looker);
            }
        };
    }

    private synchronized boolean add(Looker looker) {
        if (isFull()) {
            return false;
        }
        lookers.add(looker);
        if (!started) {
            started = true;
            loop.start();
        }
        loop.wake();
        return true;
    }

    /** Something was done: those who look want to see it. */
    void hint() {
        loop.wake();
    }

    private long step() {
        long now = nanoTime.getAsLong();
        if (lookers.isEmpty()) {
            rest();
            return UNTIL_SOMEBODY_COMES;
        }
        if (now - lookedAt < SHORTEST) {
            return SHORTEST - (now - lookedAt);
        }
        if (look.isEmpty()) {
            // also after a rest: what happened meanwhile is no part of the last minute, and may be much
            look = Optional.of(new ShopLook(parts));
        }
        String state = "event: state\ndata: " + look.get().read().json() + "\n\n";
        lookers.forEach(looker -> offer(looker, state));
        lookedAt = nanoTime.getAsLong();
        long took = lookedAt - now;
        return Math.max(INTERVAL - took, Math.min(took, LONGEST));
    }

    private void offer(Looker looker, String state) {
        try {
            looker.offer(state);
        } catch (RuntimeException e) {
            lookers.remove(looker);
            log.warn("a host's way to somebody who looks at the page failed, and is left alone from now on", e);
        }
    }

    private void rest() {
        look.ifPresent(ShopLook::close);
        look = Optional.empty();
    }

    /** Ends all streams, and waits 2 s at most for the look that is under way. */
    @Override
    public void close() {
        boolean ran;
        synchronized (this) {
            closed = true;
            ran = started;
        }
        lookers.forEach(Looker::end);
        lookers.clear();
        if (ran) {
            loop.stop();
            try {
                loop.join(END);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
