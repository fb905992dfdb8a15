package io.orderflow.internal.worker;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.ChildPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that submits orders at a constant rate and decides them; the time of each runs from when it was due.
 * Arguments: JDBC URL, user, password, orders a second, buyers, products. Says {@code ready} when it has begun, and
 * {@code verdicts …} for each line {@code N}: of the next N orders, or with the line {@code end} of all until now that
 * no line had yet; then it ends. An order that was not accepted is said.
 */
final class SteadyOrdersProgram implements OrderListener {
    static final String READY = "ready";
    static final String VERDICTS = "verdicts ";

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LATER_LOOK = TimeUnit.MILLISECONDS.toNanos(200);

    private final Random random = new Random(5);
    private final long every;
    private final int buyers;
    private final int products;
    private final Map<UUID, Long> due = new ConcurrentHashMap<>();
    private final List<Long> times = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean ending;

    private SteadyOrdersProgram(int rate, int buyers, int products) {
        this.every = TimeUnit.SECONDS.toNanos(1) / rate;
        this.buyers = buyers;
        this.products = products;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        SteadyOrdersProgram program = new SteadyOrdersProgram(
                Integer.parseInt(args[3]), Integer.parseInt(args[4]), Integer.parseInt(args[5]));
        try (HikariDataSource pool = ChildPool.open(args, 6);
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .allowWeakQueue(true)
                        .listener(program)
                        .build()
                        .start()) {
            orders.workers(WorkerConfig.defaults()).start();
            program.run(orders);
        }
    }

    private void run(OrderProcessor orders) throws IOException, InterruptedException {
        Thread submitting = new Thread(() -> submitAll(orders), "submitting");
        submitting.start();
        System.out.println(READY);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("end"); line = in.readLine()) {
            times.clear();
            int wanted = Integer.parseInt(line);
            while (times.size() < wanted) {
                LockSupport.parkNanos(LOOK);
            }
            tell();
        }
        ending = true;
        submitting.join();
        long last = System.nanoTime() + PATIENCE;
        while (!due.isEmpty() && System.nanoTime() - last < 0) {
            LockSupport.parkNanos(LATER_LOOK);
            due.forEach((order, since) -> look(orders, order, since));
        }
        tell();
    }

    /** Where this process was late, the recovery of another one may have decided the order, and nobody is told here. */
    private void look(OrderProcessor orders, UUID order, long since) {
        boolean decided =
                orders.find(order).filter(found -> found.status().isVerdict()).isPresent();
        if (decided && due.remove(order) != null) {
            times.add(System.nanoTime() - since);
        }
    }

    private void submitAll(OrderProcessor orders) {
        long next = System.nanoTime();
        while (!ending) {
            next += every;
            while (System.nanoTime() - next < 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            OrderRequest order = OrderRequest.of(random.nextInt(buyers))
                    .line(random.nextInt(products), 1)
                    .build();
            due.put(order.id(), next);
            orders.submitAsync(order).thenAccept(this::answered);
        }
    }

    private void answered(SubmitResult result) {
        if (!(result instanceof SubmitResult.Accepted)) {
            System.out.println("not accepted: " + result);
            refused.incrementAndGet();
            due.remove(result.orderId());
        }
    }

    @Override
    public void decided(List<Decision> decisions) {
        long now = System.nanoTime();
        for (Decision decision : decisions) {
            Long since = due.remove(decision.orderId());
            if (since != null) {
                times.add(now - since);
            }
        }
    }

    private void tell() {
        List<Long> sorted;
        synchronized (times) {
            sorted = new ArrayList<>(times);
            times.clear();
        }
        Collections.sort(sorted);
        System.out.printf(
                "%s%d p50 %d p99 %d max %d ms, %d refused, %d open%n",
                VERDICTS,
                sorted.size(),
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                millis(sorted, 1),
                refused.get(),
                due.size());
    }

    private static long millis(List<Long> sorted, double share) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return TimeUnit.NANOSECONDS.toMillis(sorted.get(Math.max(0, index)));
    }
}
