package io.orderflow.examples.serve;

import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Several customers who order one after the other until the shop is gone or they are sent home, and who remember what
 * they sent and what they were promised. Each order has a key, so that it can be sent again.
 */
final class Customers implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String KEY = "Idempotency-Key";

    /** Less than an order takes: some are always on their way, and the machine is left to the programs too. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final int number;
    private final Map<String, String> sent = new ConcurrentHashMap<>();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final List<Answer> odd = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicBoolean home = new AtomicBoolean();
    private final long seed = System.nanoTime();
    private List<Thread> threads = List.of();

    Customers() {
        this(4);
    }

    Customers(int number) {
        this.number = number;
    }

    /** Lets them order at this shop. */
    void orderAt(ShopClient shop) {
        home.set(false);
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Random random = new Random(seed + i + sent.size());
            Thread thread = new Thread(() -> order(shop, random), "customer-" + i);
            thread.setDaemon(true);
            thread.start();
            started.add(thread);
        }
        threads = started;
    }

    private void order(ShopClient shop, Random random) {
        try {
            while (!home.get()) {
                String key = "key-" + keys.incrementAndGet();
                String body = "{\"buyer\":" + (1 + random.nextInt(200)) + ",\"lines\":[{\"product\":"
                        + (1 + random.nextInt(21)) + ",\"quantity\":" + (1 + random.nextInt(3)) + "}]}";
                sent.put(key, body);
                remember(key, shop.order(body, KEY, key));
                LockSupport.parkNanos(PAUSE);
            }
        } catch (IOException gone) {
            // the shop was killed: what became of the last order, nobody told
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remember(String key, Answer answer) {
        if (answer.status() == 202 || answer.status() == 200) {
            accepted.put(key, answer.text("orderId"));
        } else if (answer.status() != 429 && answer.status() != 503) {
            odd.add(answer);
        }
    }

    /** Waits until they were promised so many orders in all. */
    void awaitAccepted(int orders) {
        Eventually.await(orders + " orders accepted", BOUND, () -> accepted.size() >= orders, this::toString);
    }

    /** Sends them home, and waits until the last has its answer. */
    void sendHome() throws InterruptedException {
        home.set(true);
        awaitEnd();
    }

    /** Waits until each has noticed that the shop is gone, or was sent home. */
    void awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(BOUND.toMillis());
            if (thread.isAlive()) {
                throw new AssertionError(thread + " still orders; " + this);
            }
        }
    }

    /** Sends every order once more, also those without an answer. */
    void sendAllAgain(ShopClient shop) throws IOException, InterruptedException {
        for (Map.Entry<String, String> order : sent.entrySet()) {
            Answer answer = shop.order(order.getValue(), KEY, order.getKey());
            String promised = accepted.get(order.getKey());
            if (answer.status() != (promised == null ? answer.status() : 200)
                    || promised != null && !promised.equals(answer.text("orderId"))) {
                odd.add(answer);
            }
            remember(order.getKey(), answer);
        }
    }

    /** The orders that were accepted, by their keys. */
    Map<String, String> accepted() {
        return Map.copyOf(accepted);
    }

    /** How many orders were sent, answered or not. */
    int sent() {
        return sent.size();
    }

    /** Answers that nobody should get. */
    List<Answer> odd() {
        return List.copyOf(odd);
    }

    @Override
    public void close() {
        home.set(true);
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + sent.size() + " sent, " + accepted.size() + " accepted, odd answers " + odd;
    }
}
