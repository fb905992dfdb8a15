package io.orderflow.faults;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.Watched;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.engine.Step;
import io.orderflow.testing.ChildPool;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A host in a JVM of its own, to be killed and frozen: submits orders of {@link Goods}, decides, and says on its output
 * what it is about to ask ({@code asked 7} and the id) and what was accepted ({@code accepted 7} and the id). Ends in
 * an orderly way at the line {@code end}.
 */
final class ShopProcess implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(60);

    private static final String ASKED = "asked ";
    private static final String ACCEPTED = "accepted ";
    private static final int HALTED = 137;

    private final JavaProcess process;
    private final long seed;

    private ShopProcess(JavaProcess process, long seed) {
        this.process = process;
        this.seed = seed;
    }

    /** What happens at a step of the child's workers. */
    record Trap(Step step, String action, int nth) {
        static final Trap NONE = new Trap(Step.RECEIVED, "pass", 0);

        /** Ends the JVM at once when the step is reached for the n-th time. */
        static Trap halt(Step step, int nth) {
            return new Trap(step, "halt", nth);
        }

        /** Says {@code parked} when the step is reached first, and goes on after the line {@code go}. */
        static Trap park(Step step) {
            return new Trap(step, "park", 1);
        }
    }

    /**
     * Starts a host on the database's tables.
     *
     * @param orders how many orders it submits, with four buyers at a time
     */
    static ShopProcess start(TestDatabase database, Acceptance acceptance, long seed, int orders, Trap trap) {
        return start(database, acceptance, seed, orders, trap, false);
    }

    /** The same where all orders have keys, so that another process with this seed submits the same ones. */
    static ShopProcess startWithKeys(TestDatabase database, Acceptance acceptance, long seed, int orders) {
        return start(database, acceptance, seed, orders, Trap.NONE, true);
    }

    private static ShopProcess start(
            TestDatabase database, Acceptance acceptance, long seed, int orders, Trap trap, boolean keysAlone) {
        JavaProcess process = JavaProcess.start(
                List.of("-Xmx256m"),
                Child.class,
                database,
                String.valueOf(seed),
                String.valueOf(orders),
                trap.step().name(),
                trap.action(),
                String.valueOf(trap.nth()),
                acceptance.name(),
                String.valueOf(keysAlone));
        return new ShopProcess(process, seed);
    }

    JavaProcess process() {
        return process;
    }

    /** How many orders it said were accepted. */
    long accepted() {
        return process.lines().stream()
                .filter(line -> line.startsWith(ACCEPTED))
                .count();
    }

    /** Waits until it has submitted everything. */
    void awaitSubmitted() {
        process.awaitLine("done", BOUND);
    }

    /** Enters into the book what it asked for and what it was told. */
    void enterInto(Book book) {
        eachOrder(ASKED, book::asked);
        eachOrder(ACCEPTED, book::accepted);
    }

    private void eachOrder(String prefix, Consumer<OrderRequest> action) {
        process.lines().stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.split(" "))
                .forEach(line -> action.accept(Goods.again(seed, Integer.parseInt(line[1]), UUID.fromString(line[2]))));
    }

    /** Waits until its trap has ended it. */
    void awaitHalted() {
        int code = process.awaitExit(BOUND);
        if (code != HALTED) {
            throw new AssertionError("ended without its trap: " + process);
        }
    }

    /** Asks it to end and waits for that. */
    void end() {
        process.send("end");
        int code = process.awaitExit(BOUND);
        if (code != 0) {
            throw new AssertionError("did not end well: " + process);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    /** The child's main class. */
    static final class Child {
        private static final int BUYERS = 4;

        private final long seed;
        private final int orders;
        private final boolean keysAlone;
        private final AtomicInteger next = new AtomicInteger();
        private volatile boolean free;

        private Child(long seed, int orders, boolean keysAlone) {
            this.seed = seed;
            this.orders = orders;
            this.keysAlone = keysAlone;
        }

        public static void main(String[] arguments) throws IOException, InterruptedException {
            Child child = new Child(
                    Long.parseLong(arguments[3]), Integer.parseInt(arguments[4]), Boolean.parseBoolean(arguments[9]));
            Step step = Step.valueOf(arguments[5]);
            Step.Watcher watcher = child.watcher(step, arguments[6], Integer.parseInt(arguments[7]));
            HikariDataSource pool = ChildPool.open(arguments, 6);
            pool.setConnectionTimeout(5_000);
            child.run(pool, Acceptance.valueOf(arguments[8]), watcher);
        }

        private Step.Watcher watcher(Step wanted, String action, int nth) {
            AtomicInteger times = new AtomicInteger();
            return step -> {
                if (step != wanted || times.incrementAndGet() != nth) {
                    return;
                }
                if (action.equals("halt")) {
                    Runtime.getRuntime().halt(HALTED);
                } else if (action.equals("park")) {
                    System.out.println("parked");
                    while (!free) {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            };
        }

        private void run(HikariDataSource pool, Acceptance acceptance, Step.Watcher watcher)
                throws IOException, InterruptedException {
            OrderProcessor.Builder builder = OrderProcessor.builder(pool).acceptance(acceptance);
            try (pool;
                    OrderProcessor processor =
                            Watched.watch(builder, watcher).build().start()) {
                processor
                        .workers(WorkerConfig.builder().lease(TestedShop.LEASE).build())
                        .start();
                Thread submitting = new Thread(() -> submitAll(processor), "submitting");
                submitting.start();
                obey();
                submitting.join();
            }
        }

        private void obey() throws IOException {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null && !line.equals("end"); line = in.readLine()) {
                free |= line.equals("go");
            }
        }

        private void submitAll(OrderProcessor processor) {
            List<Thread> buyers = IntStream.range(0, BUYERS)
                    .mapToObj(i -> new Thread(() -> buy(processor), "buyer-" + i))
                    .toList();
            buyers.forEach(Thread::start);
            // without a bound: the parent listens whether they come on
            buyers.forEach(Child::join);
            System.out.println("done");
        }

        private static void join(Thread buyer) {
            try {
                buyer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void buy(OrderProcessor processor) {
            for (int number = next.getAndIncrement(); number < orders; number = next.getAndIncrement()) {
                OrderRequest request = keysAlone ? Goods.order(seed, number) : Goods.mixed(seed, number);
                System.out.println(ASKED + number + " " + request.id());
                // on a busy machine answers may come too late, one after the other
                long start = System.nanoTime();
                while (!isAccepted(processor, number, request) && System.nanoTime() - start < BOUND.toNanos()) {
                    LockSupport.parkNanos(Load.PAUSE);
                }
            }
        }

        private static boolean isAccepted(OrderProcessor processor, int number, OrderRequest request) {
            SubmitResult result = processor.submit(request);
            boolean accepted = result instanceof SubmitResult.Accepted || result instanceof SubmitResult.Duplicate;
            System.out.println(accepted ? ACCEPTED + number + " " + request.id() : "answered " + number + " " + result);
            return accepted;
        }
    }
}
