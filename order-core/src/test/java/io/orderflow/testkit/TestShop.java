package io.orderflow.testkit;

import static java.util.Objects.requireNonNull;

import io.orderflow.AdjustmentResult;
import io.orderflow.AuditReport;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.worker.Workers;
import io.orderflow.internal.worker.WorkersByHand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * A whole shop for one test of a host: a database in memory with the library's tables, and a processor that takes
 * orders as in production. No worker runs beside the test; orders are decided when it says so, on its own thread:
 *
 * <pre>{@code
 * try (TestShop shop = TestShop.open()) {
 *     shop.product(1, 250, 10).wallet(7, 2_000);
 *     checkout(shop.processor()).pay("cart-1"); // the host's code, which submits
 *     shop.decide();
 *     assertEquals(...);
 * }
 * }</pre>
 *
 * <p>A step ends when nothing is left to be done at that moment, and when the listeners have heard of it. It waits for
 * conditions and never sleeps for a time. What failed and is to be tried again after a pause is left to a step after
 * the {@link #clock} was moved over that pause.
 *
 * <p>One thread at a time may step; the host's code may use the {@link #processor} from any thread meanwhile. Not
 * promised: the order in which orders are decided that were submitted by several threads, or together; how many
 * transactions that takes; and how fast anything is. H2 has its own manner of locking, so a test of that needs the
 * database of production: {@link #on}.
 */
public final class TestShop implements AutoCloseable {
    /** Longest wait for the intake, and for the listeners, in one step. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long LOOK_AGAIN = Duration.ofNanos(20_000).toNanos();

    private final TestClock clock = new TestClock();
    private final Runnable closeDatabase;
    private final DataSource dataSource;
    private final OrderProcessor processor;
    private final WorkersByHand workers;
    private final AtomicReference<Thread> stepping = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private TestShop(DataSource inner, Runnable closeDatabase, Consumer<OrderProcessor.Builder> options) {
        this.closeDatabase = closeDatabase;
        this.dataSource = ClockedDataSource.of(inner, clock);
        OrderProcessor.Builder builder =
                OrderProcessor.builder(dataSource).createTables(true).clock(clock);
        options.accept(builder);
        this.processor = builder.build();
        this.workers = ((Workers) processor.workers(WorkerConfig.defaults())).byHand(clock::nanos);
        try {
            step(workers::work); // the first contact makes the tables; before the start, or the intake would too
            processor.inventory().find(0); // says so when they are not there
            processor.start();
        } catch (RuntimeException | Error e) {
            processor.close();
            throw e;
        }
    }

    /** A step of the workers. */
    @FunctionalInterface
    private interface Step {
        void run() throws InterruptedException;
    }

    /** Opens a shop with the library's default options, on an empty H2 database in memory that ends with the shop. */
    public static TestShop open() {
        return open(options -> {});
    }

    /**
     * Opens a shop on an empty H2 database in memory that ends with the shop.
     *
     * @param options sets what the test needs, a listener or a queue for example; tables are made and the clock is set
     *     before
     */
    public static TestShop open(Consumer<OrderProcessor.Builder> options) {
        requireNonNull(options, "options");
        MemoryDatabase database = MemoryDatabase.open();
        try {
            return new TestShop(database.dataSource(), database::close, options);
        } catch (RuntimeException | Error e) {
            database.close();
            throw e;
        }
    }

    /**
     * Opens a shop on a database of the host's, which stays the host's. Its times are the shop's clock's on connections
     * of {@link #dataSource} alone.
     *
     * @param dataSource a pool with 4 connections or more, of any database that the library supports
     * @param options sets what the test needs
     * @throws io.orderflow.StoreUnavailableException if the database is away or the library's tables cannot be made
     */
    public static TestShop on(DataSource dataSource, Consumer<OrderProcessor.Builder> options) {
        return new TestShop(requireNonNull(dataSource, "dataSource"), () -> {}, requireNonNull(options, "options"));
    }

    /** What host code works with. Running; closed with the shop. */
    public OrderProcessor processor() {
        return processor;
    }

    /** The database that the processor works on, for tables of the host's own and for {@code place}. */
    public DataSource dataSource() {
        return dataSource;
    }

    /** The clock that this shop lives by. */
    public TestClock clock() {
        return clock;
    }

    /**
     * Defines a product.
     *
     * @param unitPrice in minor units
     * @param available pieces, 0 or more
     * @throws IllegalArgumentException if it is defined already
     */
    public TestShop product(long product, long unitPrice, long available) {
        requireOpen();
        AdjustmentResult result =
                processor.inventory().define(product, unitPrice, available, "testkit-product-" + product);
        return applied(result, "product " + product + " is not new, change it by processor().inventory()");
    }

    /**
     * Opens a buyer's wallet.
     *
     * @param balance in minor units, 0 or more
     * @throws IllegalArgumentException if it is open already
     */
    public TestShop wallet(long buyer, long balance) {
        requireOpen();
        AdjustmentResult result = processor.wallets().open(buyer, balance, "testkit-wallet-" + buyer);
        return applied(result, "the wallet of buyer " + buyer + " is not new, change it by processor().wallets()");
    }

    private TestShop applied(AdjustmentResult result, String otherwise) {
        if (!(result instanceof AdjustmentResult.Applied)) {
            throw new IllegalArgumentException(otherwise + ": " + result);
        }
        return this;
    }

    /**
     * Submits an order, as {@link OrderProcessor#submit} does, and waits until its message is with the queue too. It
     * stays undecided until a step decides it.
     */
    public SubmitResult submit(OrderRequest request) {
        requireOpen();
        SubmitResult result = processor.submit(request);
        awaitIntake();
        return result;
    }

    /**
     * Submits an order, decides everything that waits, and reads the order.
     *
     * @throws IllegalStateException if the order was not accepted, now or before
     */
    public Order submitAndDecide(OrderRequest request) {
        SubmitResult result = submit(request);
        if (result.outcome() != SubmitOutcome.ACCEPTED && result.outcome() != SubmitOutcome.DUPLICATE) {
            throw new IllegalStateException("the order was not accepted: " + result);
        }
        decide();
        return order(request.id());
    }

    /**
     * Reads an order as it is now.
     *
     * @throws IllegalStateException if there is no such order
     */
    public Order order(UUID id) {
        requireOpen();
        return processor.find(id).orElseThrow(() -> new IllegalStateException("there is no order " + id));
    }

    /**
     * Decides everything that waits: what the queue brings, then all that is in the journal, whatever its age, as
     * recovery would in its own time. So it also decides orders that a host placed, and those whose message was lost.
     *
     * @return how many orders got their verdict
     * @throws IllegalStateException if another thread steps, if a listener calls it, if a listener does not come back
     *     within 10 s, or if the shop is closed
     */
    public int decide() {
        return step(() -> {
            workers.work();
            workers.makeAllDue();
            workers.recover();
        });
    }

    /**
     * Decides what the queue brings, and nothing else.
     *
     * @return how many orders got their verdict
     * @throws IllegalStateException as {@link #decide}
     */
    public int decideFromQueue() {
        return step(workers::work);
    }

    /**
     * Decides what is due for recovery by the clock: orders that a host placed, and those that no message brought for a
     * second while the queue was empty, or for 10 s and more while it brought others.
     *
     * @return how many orders got their verdict
     * @throws IllegalStateException as {@link #decide}
     */
    public int recover() {
        return step(workers::recover);
    }

    /**
     * Expires the holds that are over by the clock, as the workers do: move the clock first.
     *
     * @throws IllegalStateException as {@link #decide}
     */
    public void expire() {
        step(workers::expire);
    }

    private int step(Step step) {
        requireOpen();
        if (Loop.isLoopThread()) {
            throw new IllegalStateException(
                    "a listener must not step the shop, the step would wait for the listener itself");
        }
        Thread other = stepping.compareAndExchange(null, Thread.currentThread());
        if (other != null) {
            throw new IllegalStateException("one thread at a time may step the shop, now it is " + other.getName());
        }
        try {
            awaitIntake();
            long before = workers.decisions();
            step.run();
            if (!workers.awaitListeners(PATIENCE)) {
                throw new IllegalStateException("a listener has not come back for " + PATIENCE + ": "
                        + processor.health().checks());
            }
            return Math.toIntExact(workers.decisions() - before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the step was interrupted", e);
        } finally {
            stepping.set(null);
        }
    }

    /** What is accepted is on its way to the queue for some microseconds more. */
    private void awaitIntake() {
        long start = System.nanoTime();
        while (!workers.isIntakeQuiet()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("accepted orders have been on their way to the queue for " + PATIENCE
                        + ": " + processor.health());
            }
            LockSupport.parkNanos(LOOK_AGAIN);
        }
    }

    /**
     * Recomputes every wallet and every product from the records.
     *
     * @throws AssertionError if they differ; it names each difference
     */
    public void assertSound() {
        requireOpen();
        List<String> differences = new ArrayList<>();
        AuditReport report = processor.audit(differences::add);
        if (!report.ok()) {
            throw new AssertionError("the records contradict each other: " + differences);
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the shop is closed");
        }
    }

    /** Closes the processor, and the database if it is the shop's own. Idempotent. Not while another thread steps. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            processor.close();
            closeDatabase.run();
        }
    }
}
