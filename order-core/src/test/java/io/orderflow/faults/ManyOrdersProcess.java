package io.orderflow.faults;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.StoreUnavailableException;
import io.orderflow.SubmitOutcome;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.testing.ChildPool;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A host in a JVM of its own, to be killed: submits orders of {@link Goods}, many at once, and decides. It says on its
 * output up to which number they were accepted, and submits no further than it was allowed to. Ends in an orderly way
 * at the line {@code end}.
 */
final class ManyOrdersProcess implements AutoCloseable {
    private static final String ACCEPTED = "accepted ";
    private static final String DONE = "done";
    private static final String END = "end";

    private final JavaProcess process;
    private final int first;

    private ManyOrdersProcess(JavaProcess process, int first) {
        this.process = process;
        this.first = first;
    }

    /**
     * Which orders it submits. All have keys: one that another process submitted before is the same order.
     *
     * @param seed what they are made of
     * @param first the number of the first one
     * @param end the number behind the last one
     * @param group most that are submitted at once
     * @param part which part of the shop most of them are for
     * @param parts how many parts there are
     */
    record Share(long seed, int first, int end, int group, int part, int parts) {
        /** So many orders in a row are for the own part of the shop, or for all of it. */
        private static final int ROW = 1_000;

        /**
         * Three rows of four are for the own part: processes do not wait for each other then, and commit in another
         * order than that of their numbers.
         */
        private OrderRequest order(int number) {
            return number / ROW % 4 == 3 ? Goods.order(seed, number) : Goods.order(seed, number, part, parts);
        }
    }

    /** Starts a host on the database's tables; it submits nothing yet. */
    static ManyOrdersProcess start(TestDatabase database, Acceptance acceptance, Share share) {
        JavaProcess process = JavaProcess.start(
                List.of("-Xmx256m"),
                Host.class,
                database,
                acceptance.name(),
                String.valueOf(share.seed()),
                String.valueOf(share.first()),
                String.valueOf(share.end()),
                String.valueOf(share.group()),
                String.valueOf(share.part()),
                String.valueOf(share.parts()));
        return new ManyOrdersProcess(process, share.first());
    }

    /** Lets it submit the orders below this number. */
    void allow(int number) {
        process.send(String.valueOf(number));
    }

    /** All orders below this number were accepted. */
    int accepted() {
        List<String> lines = process.lines();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            // it may have died in the middle of a line
            if (line.startsWith(ACCEPTED) && line.endsWith(".")) {
                return Integer.parseInt(line.substring(ACCEPTED.length(), line.length() - 1));
            }
        }
        return first;
    }

    void kill9() {
        process.kill9();
    }

    /** Waits until it has submitted everything, and ends it in an orderly way. */
    void end(Duration bound) {
        process.awaitLine(DONE, bound);
        process.send(END);
        int code = process.awaitExit(bound);
        if (code != 0) {
            throw new AssertionError("did not end well: " + process);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return process.toString();
    }

    /** The child's main class. */
    static final class Host {
        private static final Set<SubmitOutcome> TAKEN = EnumSet.of(SubmitOutcome.ACCEPTED, SubmitOutcome.DUPLICATE);
        /** It does not run away from the workers of a busy machine: so many groups may wait for their verdicts. */
        private static final int AHEAD = 4;

        private static final Duration VERDICT = Duration.ofSeconds(60);

        private final Share share;
        private final Queue<UUID> ahead = new ArrayDeque<>();
        private int allowed;

        private Host(Share share) {
            this.share = share;
            this.allowed = share.first();
        }

        public static void main(String[] arguments) throws IOException, InterruptedException {
            Share share = new Share(
                    Long.parseLong(arguments[4]),
                    Integer.parseInt(arguments[5]),
                    Integer.parseInt(arguments[6]),
                    Integer.parseInt(arguments[7]),
                    Integer.parseInt(arguments[8]),
                    Integer.parseInt(arguments[9]));
            HikariDataSource pool = ChildPool.open(arguments, 6);
            pool.setConnectionTimeout(5_000);
            new Host(share).run(pool, Acceptance.valueOf(arguments[3]));
        }

        private void run(HikariDataSource pool, Acceptance acceptance) throws IOException, InterruptedException {
            try (pool;
                    OrderProcessor processor = OrderProcessor.builder(pool)
                            .acceptance(acceptance)
                            .build()
                            .start()) {
                processor
                        .workers(WorkerConfig.builder().lease(TestedShop.LEASE).build())
                        .start();
                Thread submitting = new Thread(() -> submitAll(processor), "submitting");
                submitting.setDaemon(true);
                submitting.start();
                obey();
                submitting.join();
            }
        }

        private void obey() throws IOException {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null && !line.equals(END); line = in.readLine()) {
                allowed(Integer.parseInt(line));
            }
        }

        private synchronized void allowed(int number) {
            allowed = number;
            notifyAll();
        }

        private synchronized int awaitAllowed(int number) throws InterruptedException {
            while (allowed <= number) {
                wait();
            }
            return allowed;
        }

        private void submitAll(OrderProcessor processor) {
            try {
                for (int from = share.first(); from < share.end(); ) {
                    int end = Math.min(from + share.group(), Math.min(awaitAllowed(from), share.end()));
                    List<OrderRequest> group =
                            IntStream.range(from, end).mapToObj(share::order).toList();
                    submit(processor, group);
                    System.out.println(ACCEPTED + end + ".");
                    ahead.add(group.get(0).id());
                    if (ahead.size() > AHEAD) {
                        awaitVerdict(processor, ahead.remove());
                    }
                    from = end;
                }
                System.out.println(DONE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Without a bound: the parent listens whether it comes on. */
        private static void submit(OrderProcessor processor, List<OrderRequest> group) {
            List<OrderRequest> left = group;
            while (!left.isEmpty()) {
                List<SubmitResult> results = processor.submitAll(left);
                List<OrderRequest> again = new ArrayList<>();
                for (int i = 0; i < left.size(); i++) {
                    if (!TAKEN.contains(results.get(i).outcome())) {
                        again.add(left.get(i));
                    }
                }
                left = again;
                LockSupport.parkNanos(left.isEmpty() ? 0 : Load.PAUSE);
            }
        }

        private static void awaitVerdict(OrderProcessor processor, UUID order) throws InterruptedException {
            try {
                processor.await(order, VERDICT);
            } catch (StoreUnavailableException e) {
                // a busy machine has no connection for a moment; then it is further ahead for a while
                System.err.println("no verdict was awaited: " + e);
            }
        }
    }
}
