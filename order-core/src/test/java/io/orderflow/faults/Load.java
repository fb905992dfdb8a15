package io.orderflow.faults;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Buyers who submit one order after the other until the load is closed; a refusal makes them pause for a moment. */
final class Load implements AutoCloseable {
    static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long PACE = TimeUnit.MILLISECONDS.toNanos(60);

    private final TestedShop shop;
    private final long seed;
    private final int ahead;
    private final long pace;
    private final BuyerAnswers answers = new BuyerAnswers();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Thread> buyers = new ArrayList<>();
    private volatile boolean ended;

    Load(TestedShop shop, long seed, int threads) {
        this(shop, seed, threads, Integer.MAX_VALUE, 0);
    }

    /**
     * Buyers who only have to be there for as long as it takes: they pause between their orders, and do not run away
     * from the workers of a busy machine.
     *
     * @param ahead each buyer waits for a verdict after so many orders
     */
    static Load paced(TestedShop shop, long seed, int threads, int ahead) {
        return new Load(shop, seed, threads, ahead, PACE);
    }

    private Load(TestedShop shop, long seed, int threads, int ahead, long pace) {
        this.shop = shop;
        this.seed = seed;
        this.ahead = ahead;
        this.pace = pace;
        for (int i = 0; i < threads; i++) {
            Thread buyer = new Thread(this::buy, "buyer-" + i);
            buyer.setDaemon(true);
            buyers.add(buyer);
        }
        buyers.forEach(Thread::start);
    }

    /** All answers so far. */
    BuyerAnswers answers() {
        return answers;
    }

    long accepted() {
        return answers.count(SubmitResult.Accepted.class);
    }

    private void buy() {
        try {
            for (int bought = 1; !ended; bought++) {
                OrderRequest request = Goods.mixed(seed, next.getAndIncrement());
                long start = System.nanoTime();
                SubmitResult result = shop.submit(request);
                answers.add(start, System.nanoTime(), result);
                boolean accepted = result instanceof SubmitResult.Accepted;
                if (accepted && bought % ahead == 0) {
                    shop.orders().await(request.id(), TestedShop.BOUND);
                }
                // not by a park: an answer may have left a permit that would end it at once
                TimeUnit.NANOSECONDS.sleep(accepted ? pace : PAUSE);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Lets the buyers finish their submissions. */
    @Override
    public void close() {
        ended = true;
        buyers.forEach(Load::awaitEnd);
        if (failure.get() != null) {
            throw new AssertionError("a buyer failed", failure.get());
        }
    }

    /** Waits for a thread that was asked to end. */
    static void awaitEnd(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError(thread.getName() + " does not end: " + List.of(thread.getStackTrace()));
        }
    }
}
