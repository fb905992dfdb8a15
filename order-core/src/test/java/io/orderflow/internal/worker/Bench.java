package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.StockAdjustment;
import io.orderflow.WalletAdjustment;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Workers on a real database and a scripted queue, with their clocks in the test's hand. Buyers 1 to 9 have 1,000,000
 * each, products 1 to 9 cost 10 and there are 10,000 pieces of each. For one thread.
 */
final class Bench {
    static final Duration LEASE = Duration.ofSeconds(30);

    /** How long a claim on an order is its owner's. */
    static final Duration CLAIM = LEASE.plusSeconds(20);

    static final long SECOND = 1_000_000_000L;

    final ShopDatabase shop;
    /** Where workers decide. */
    ShopDatabase writer;

    final ScriptedQueue queue = new ScriptedQueue();
    final RecordedEvents events = new RecordedEvents();
    final QueueState state = new QueueState();
    /** What the recovery that was made last shares with the workers that are made after it. */
    Pieces pieces;

    /** When urgent orders are looked for. */
    final UrgentLane lane;

    final AtomicBoolean unpublished = new AtomicBoolean();
    FrameKeys frameKeys = FrameKeys.NONE;
    final List<Step> steps = new ArrayList<>();
    Consumer<Step> atStep = step -> {};
    WorkerConfig config =
            WorkerConfig.builder().lease(LEASE).batchWait(Duration.ZERO).build();
    /** How often sleeping workers were woken. */
    int wakes;

    long nanos = Long.MAX_VALUE - SECOND; // so that it overflows in many a test

    Bench(ShopDatabase shop) {
        this.shop = shop;
        this.writer = shop;
        this.pieces = newPieces();
        this.lane = new UrgentLane(() -> nanos, () -> {});
        queue.whenWaited = wait -> {
            // who has nothing at all waits for nothing
            if (!wait.equals(ScriptedQueue.IDLE) || isSomethingHeld()) {
                pass(wait);
            }
        };
        shop.dataSource().setPlan(FaultPlan.NONE);
        fill(shop);
    }

    /** What every test begins with. */
    static void fill(ShopDatabase shop) {
        shop.empty();
        List<WalletAdjustment> wallets = new ArrayList<>();
        List<StockAdjustment> products = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
            wallets.add(WalletAdjustment.open(i, 1_000_000, "open-" + i));
            products.add(StockAdjustment.define(i, 10, 10_000, "define-" + i));
        }
        shop.wallets().applyAll(wallets);
        shop.inventory().applyAll(products);
    }

    /** Money and stock are counted, and no connection is out, whatever a test was about. */
    void checkShop() {
        shop.dataSource().setPlan(FaultPlan.NONE);
        assertEquals(0, shop.dataSource().openConnections(), "connections that were not given back");
        shop.assertSound();
    }

    Worker worker() {
        return worker("worker");
    }

    Worker worker(String name) {
        return new Worker(name, context(), ScriptedQueue.IDLE);
    }

    Recovery recovery() {
        return recovery("recovery");
    }

    Recovery recovery(String name) {
        pieces = newPieces();
        return new Recovery(name, context(), unpublished);
    }

    private Pieces newPieces() {
        return new Pieces(config, () -> nanos, () -> wakes++);
    }

    WorkerContext context() {
        Step.Watcher watcher = step -> {
            steps.add(step);
            atStep.accept(step);
        };
        return new WorkerContext(
                config,
                queue,
                shop.tables(),
                new Engine(shop.tables(), watcher),
                new DeadLetters(shop.tables()),
                () -> writer.sessions().open(ShopDatabase.WORKER_SETTINGS),
                shop.sessions()::mayFind,
                events,
                state,
                pieces,
                lane,
                new Outages(System::nanoTime),
                () -> nanos,
                new Random(1),
                watcher,
                new Frames(frameKeys, shop.sessions()::shop));
    }

    static OrderEntry order() {
        return order(1, 1, 1);
    }

    static OrderEntry order(long buyer, long product, int quantity) {
        return OrderEntry.of(OrderRequest.of(buyer).line(product, quantity).build());
    }

    /** Another content under the same id. */
    static OrderEntry conflicting(OrderEntry entry) {
        return OrderEntry.of(OrderRequest.of(2).line(2, 2).id(entry.id()).build());
    }

    static List<OrderEntry> orders(int count) {
        List<OrderEntry> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(order(1 + i % 9, 1 + i % 7, 1));
        }
        return orders;
    }

    static OrderEntry orderOfLines(int lines) {
        OrderRequest.Builder request = OrderRequest.of(1);
        for (int i = 0; i < lines; i++) {
            request.line(1 + i % 9, 1);
        }
        return OrderEntry.of(request.build());
    }

    /** The queue brings frames, the newest of this age. */
    void busy(Duration age) {
        state.received(new QueueState.NewestFrames(List.of(), nanos));
        state.newestFrameAge(age);
    }

    /** Moves the monotonic time. */
    void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** Makes everything in the tables older, which is what the database's clock would do. */
    void age(Duration time) {
        pass(time);
        String by = "DATEADD('MILLISECOND', " + -time.toMillis() + ", ";
        shop.execute("UPDATE " + shop.tables().orders() + " SET created_at = " + by + "created_at)");
        shop.execute("UPDATE " + shop.tables().pending() + " SET created_at = " + by + "created_at)");
        shop.execute("UPDATE " + shop.tables().attempt() + " SET claimed_at = " + by + "claimed_at)");
    }

    /** Does one step of a worker and moves the time over the pause after it. */
    void step(Worker worker) throws InterruptedException {
        // not in one expression: the time moves in the step, too
        long pause = worker.runOnce();
        nanos += pause;
    }

    /** Runs a worker until it looks for messages and finds none, moving the time over its pauses. */
    void drain(Worker worker) throws InterruptedException {
        int rests = 0;
        for (int i = 0; i < 1_000; i++) {
            int looksBefore = queue.looks.size();
            step(worker);
            boolean looked = queue.looks.size() > looksBefore;
            boolean rested = looked && isIdle(queue.looks.get(queue.looks.size() - 1));
            rests = rested ? rests + 1 : 0;
            // with orders that wait for others there is a try in between
            if (rests > (isSomethingHeld() ? 6 : 0)) {
                return;
            }
        }
        throw new AssertionError("a worker that does not come to rest: " + events.all + ", steps " + steps);
    }

    private boolean isIdle(ScriptedQueue.Look last) {
        return last.isIdle() && queue.lastTaken == 0;
    }

    private boolean isSomethingHeld() {
        return state.recoveryAge().compareTo(Duration.ofSeconds(1)) > 0;
    }

    /** Runs recovery until it finds nothing, moving the time over its pauses after failures. */
    void drain(Recovery recovery) {
        long pause = 0;
        recovery.hint();
        for (int i = 0; i < 2_000 && !isSearchPause(pause); i++) {
            nanos += pause;
            pause = recovery.runOnce();
        }
        assertTrue(isSearchPause(pause), () -> "recovery does not come to rest: " + events.all);
    }

    static boolean isSearchPause(long pause) {
        return pause == UrgentLane.INTERVAL
                || pause == Recovery.REST.toNanos()
                || pause == Duration.ofMillis(250).toNanos()
                || pause == Duration.ofMillis(50).toNanos();
    }

    /** Every transaction that decides this order fails in this way. */
    FaultPlan whenDecided(OrderEntry order, Supplier<SQLException> failure) {
        return whenNamed("INSERT INTO " + shop.tables().orderLine(), order, failure);
    }

    /** Every statement that begins like this and names the order fails in this way. */
    static FaultPlan whenNamed(String statement, OrderEntry order, Supplier<SQLException> failure) {
        String literal = SqlText.id(order.id());
        return (step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith(statement) && sql.contains(literal)) {
                throw failure.get();
            }
        };
    }

    static SQLException dataError() {
        return new SQLException("injected: value too long", "22001", 22001);
    }

    int status(OrderEntry order) {
        List<String> rows =
                writer.read("SELECT status FROM " + shop.tables().orders() + " WHERE id = " + SqlText.id(order.id()));
        return rows.isEmpty() ? -1 : Integer.parseInt(rows.get(0));
    }

    /** Whether a group has the order, which needs no row then. */
    private boolean isCarried(OrderEntry order) {
        String id = order.id().toString().replace("-", "");
        return shop.read("SELECT LOWER(RAWTOHEX(orders)) FROM " + shop.tables().pending() + " WHERE kind = 2").stream()
                .anyMatch(orders -> orders.contains(id));
    }

    void assertStatus(OrderStatus expected, OrderEntry... orders) {
        for (OrderEntry order : orders) {
            int status = status(order);
            if (status < 0 && expected == OrderStatus.PENDING && isCarried(order)) {
                continue;
            }
            assertTrue(status >= 0, () -> "order " + order.id() + " has no row");
            assertEquals(expected, Codes.status(status), order.id()::toString);
        }
    }

    /** Each dead letter as reason code and order id. */
    List<String> deadLetters() {
        return writer.read("SELECT CONCAT(reason, ' ', COALESCE(LOWER(RAWTOHEX(order_id)), '-')) FROM "
                + shop.tables().deadLetter() + " ORDER BY created_at");
    }

    static String letter(int reason, OrderEntry order) {
        return reason + " " + order.id().toString().replace("-", "");
    }

    List<String> attempts() {
        return shop.read("SELECT attempts FROM " + shop.tables().attempt() + " ORDER BY attempts");
    }

    /** Leaves the trace of a worker that died in the middle of an isolated attempt, so long ago. */
    void claimedBySomeoneElse(OrderEntry order, int attempts, Duration ago) {
        shop.execute("INSERT INTO " + shop.tables().attempt() + " (order_id, attempts, owner, claimed_at) VALUES ("
                + SqlText.id(order.id()) + ", " + attempts + ", " + SqlText.id(UUID.randomUUID())
                + ", " + Dialect.H2.utcBefore(ago.toMillis()) + ")");
    }
}
