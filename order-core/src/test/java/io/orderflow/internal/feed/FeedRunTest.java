package io.orderflow.internal.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.FeedConfig;
import io.orderflow.FeedHandler;
import io.orderflow.FeedRunner;
import io.orderflow.FeedStart;
import io.orderflow.OrderEvent;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.codec.DecisionNumber;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.loop.SharedFailures;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who reads a feed, how far, and what becomes of events when a handler or a reader fails. */
class FeedRunTest extends DatabaseContract {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final FeedConfig SHORT =
            FeedConfig.builder().lease(Duration.ofSeconds(2)).maxEvents(7).build();

    private final List<JdbcOrderFeeds> processes = new ArrayList<>();

    @BeforeEach
    void goods() {
        for (int i = 1; i <= 4; i++) {
            shop().inventory().define(i, 1, 100_000, "product " + i);
            shop().wallets().open(i, 100_000, "wallet " + i);
        }
    }

    @AfterEach
    void end() {
        processes.forEach(JdbcOrderFeeds::close);
    }

    private JdbcOrderFeeds process() {
        JdbcOrderFeeds feeds = shop().feeds();
        processes.add(feeds);
        return feeds;
    }

    /** A process whose database can be cut off. */
    private JdbcOrderFeeds process(FaultyDataSource dataSource) {
        VerifiedSessions sessions = new VerifiedSessions(dataSource, shop().tables(), false);
        JdbcOrderFeeds feeds = new JdbcOrderFeeds(
                shop().tables(),
                new Store(dataSource),
                new Transactions(sessions, new Apart(), Duration.ofSeconds(10)),
                sessions,
                new OrderReader(shop().tables()),
                new Outages(System::nanoTime));
        processes.add(feeds);
        return feeds;
    }

    private FaultyDataSource ownPool() {
        return new FaultyDataSource(shop().database().dataSource(4), FaultPlan.NONE);
    }

    private static FaultPlan cut() {
        return (step, sql) -> {
            throw FaultPlan.lost(step);
        };
    }

    private static FeedRunner start(JdbcOrderFeeds process, FeedHandler handler) {
        return process.feed("shipping", FeedStart.BEGINNING).start(SHORT, handler);
    }

    private static FeedHandler into(Collection<UUID> seen) {
        return events -> events.forEach(event -> seen.add(event.orderId()));
    }

    private OrderEntry decided() {
        OrderEntry order = order(1, 1, 1);
        shop().decide(List.of(order));
        return order;
    }

    private static void await(String what, BooleanSupplier condition, Object state) {
        Eventually.await(what, BOUND, condition, state::toString);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitDone() {
        await(
                "the cursor is behind all",
                () -> process().find("shipping").orElseThrow().behind() == 0,
                process().list());
    }

    /** The server ends a session after a while in which nobody used it. */
    @Test
    void noSessionOutlivesASlowHandler() {
        decided();
        AtomicBoolean another = new AtomicBoolean();
        CompletableFuture<Boolean> movedByAnother = new CompletableFuture<>();
        FaultyDataSource pool = ownPool();
        start(process(pool), events -> {
            pool.setPlan((step, sql) -> {
                if (Thread.currentThread().getName().equals("orderflow-feed-shipping")) {
                    another.compareAndSet(false, step == FaultPlan.Step.GET_CONNECTION);
                    if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith("UPDATE")) {
                        movedByAnother.complete(another.get());
                    }
                }
            });
            long begun = System.nanoTime();
            await("it takes its time", () -> System.nanoTime() - begun > FeedRun.LONG, "");
        });
        await("the cursor moves", movedByAnother::isDone, pool);
        assertTrue(movedByAnother.join());
    }

    @Test
    void severalWritersSomeOfWhichRollBack() throws Exception {
        long seed = System.nanoTime();
        Collection<Long> positions = new ConcurrentLinkedQueue<>();
        Collection<UUID> seen = new ConcurrentLinkedQueue<>();
        start(process(), events -> {
            assertTrue(events.size() <= SHORT.maxEvents());
            events.forEach(event -> {
                positions.add(event.position());
                seen.add(event.orderId());
            });
        });
        Map<Long, UUID> decided = new ConcurrentSkipListMap<>();
        List<CompletableFuture<Void>> writers = IntStream.range(0, 3)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> write(new Random(seed + writer), decided)))
                .toList();
        writers.forEach(CompletableFuture::join);
        await("all are seen", () -> new LinkedHashSet<>(seen).size() == decided.size(), "seed " + seed);
        awaitDone();
        assertEquals(List.copyOf(decided.values()), List.copyOf(new LinkedHashSet<>(seen)), "seed " + seed);
        assertEquals(
                positions.stream().sorted().toList(),
                List.copyOf(positions),
                "no failure, so none came again: " + seed);
    }

    private void write(Random random, Map<Long, UUID> decided) {
        Engine engine = new Engine(shop().tables(), step -> {
            if (step == Step.NUMBERED && random.nextInt(4) == 0) {
                throw new IllegalStateException("injected: the transaction ends after it drew its number");
            }
        });
        try (Session session = shop().session()) {
            for (int i = 0; i < 30; i++) {
                List<OrderEntry> orders = IntStream.rangeClosed(0, random.nextInt(5))
                        .mapToObj(order -> order(1 + random.nextInt(4), 1 + random.nextInt(4), 1))
                        .toList();
                BatchResult result = insist(engine, session, orders);
                for (int place = 0; place < orders.size(); place++) {
                    decided.put(
                            DecisionNumber.of(result.batch(), place),
                            result.verdicts().get(place).entry().id());
                }
            }
        }
    }

    private static BatchResult insist(Engine engine, Session session, List<OrderEntry> orders) {
        for (int tries = 0; tries < 200; tries++) {
            try {
                return engine.decide(session, orders);
            } catch (SQLException | RuntimeException e) {
                // rolled back, and tried again as a worker does
                assertTrue(tries < 199, e::toString);
            }
        }
        throw new AssertionError();
    }

    @Test
    void aHandlerThatFailsGetsTheSameEventsAgain() {
        List<List<Long>> calls = Collections.synchronizedList(new ArrayList<>());
        decided();
        start(process(), events -> {
            calls.add(events.stream().map(OrderEvent::position).toList());
            if (calls.size() < 3) {
                throw new SQLException("injected: the host's own database", "08S01");
            }
        });
        await("handled at last", () -> calls.size() >= 3, calls);
        awaitDone();
        decided();
        await("the next comes alone", () -> calls.size() >= 4, calls);
        awaitDone();
        assertEquals(1, new LinkedHashSet<>(calls.subList(0, 3)).size(), calls::toString);
        assertEquals(1, calls.get(3).size());
        assertEquals(4, calls.size());
    }

    @Test
    void anotherReadsOnWhenTheFirstCloses() {
        Collection<UUID> first = new ConcurrentLinkedQueue<>();
        Collection<UUID> second = new ConcurrentLinkedQueue<>();
        FeedRunner one = start(process(), into(first));
        await("the first reads", one::isReading, "");
        FeedRunner two = start(process(), into(second));
        UUID before = decided().id();
        await("the first has it", () -> first.contains(before), first);
        assertFalse(two.isReading());
        one.close();
        UUID after = decided().id();
        await("the second has it", () -> second.contains(after), second);
        assertEquals(List.of(before), List.copyOf(first));
        assertEquals(List.of(after), List.copyOf(second));
        assertTrue(two.isReading() && !one.isReading());
    }

    /** The first is in its handler when its database goes away, and does not know that its lease is over. */
    @Test
    void aReaderThatLostItsTurnMovesNothing() {
        Collection<UUID> first = new ConcurrentLinkedQueue<>();
        Collection<UUID> second = new ConcurrentLinkedQueue<>();
        FaultyDataSource pool = ownPool();
        CountDownLatch in = new CountDownLatch(1);
        CountDownLatch out = new CountDownLatch(1);
        UUID order = decided().id();
        FeedRunner one = start(process(pool), events -> {
            into(first).handle(events);
            in.countDown();
            await(out);
        });
        await(in);
        pool.setPlan(cut());
        FeedRunner two = start(process(), into(second));
        await("the second has it too", () -> second.contains(order), second);
        awaitDone();
        UUID next = decided().id();
        await("the second has the next", () -> second.contains(next), second);
        awaitDone();
        long position = process().find("shipping").orElseThrow().position();
        pool.setPlan(FaultPlan.NONE);
        out.countDown();
        await("the first knows", () -> !one.isReading(), first);
        assertEquals(position, process().find("shipping").orElseThrow().position());
        two.close();
        UUID last = decided().id();
        await("the first reads on from there", () -> first.contains(last), first);
        assertEquals(List.of(order, last), List.copyOf(first));
        assertEquals(List.of(order, next), List.copyOf(second));
    }

    @Test
    void aResetIsSeenByWhoReads() {
        Collection<UUID> seen = new ConcurrentLinkedQueue<>();
        UUID order = decided().id();
        start(process(), into(seen));
        await("it comes", () -> seen.size() == 1, seen);
        awaitDone();
        assertTrue(process().reset("shipping", FeedStart.BEGINNING));
        await("it comes again", () -> seen.size() == 2, seen);
        assertEquals(List.of(order, order), List.copyOf(seen));
    }

    @Test
    void whatIsHandledWhenItClosesIsDone() {
        Collection<UUID> seen = new ConcurrentLinkedQueue<>();
        CountDownLatch in = new CountDownLatch(1);
        CountDownLatch out = new CountDownLatch(1);
        decided();
        FeedRunner runner = start(process(), events -> {
            into(seen).handle(events);
            in.countDown();
            await(out);
        });
        await(in);
        CompletableFuture<Void> closes = CompletableFuture.runAsync(runner::close);
        out.countDown();
        closes.join();
        assertEquals(0, process().find("shipping").orElseThrow().behind());
        assertTrue(process().find("shipping").orElseThrow().leasedUntil().isEmpty());
    }

    @Test
    void aHandlerThatGivesUpHasNotFailed() {
        OrderEntry order = decided();
        AtomicInteger calls = new AtomicInteger();
        JdbcOrderFeeds process = process();
        FeedRunner runner = start(process, events -> {
            calls.incrementAndGet();
            throw new CancellationException("the host ends");
        });
        await("it gave up twice", () -> calls.get() >= 2, calls);
        assertEquals(List.of(), process.troubles());
        runner.close();
        Collection<UUID> seen = new ConcurrentLinkedQueue<>();
        start(process, into(seen));
        await("it comes again", () -> seen.contains(order.id()), seen);
    }

    /** By hand, with the pauses that it asks for as the time. */
    @Test
    void anIdleReaderMakesFewStatements() throws Exception {
        decided();
        FeedCursor cursor =
                new FeedCursor(new FeedRows(shop().tables()), "shipping", FeedStart.BEGINNING, Duration.ofMinutes(10));
        EventReader events = new EventReader(shop().tables(), new OrderReader(shop().tables()));
        FeedRun run = new FeedRun(
                cursor,
                events,
                new Gaps(shop().tables()),
                shop().sessions(),
                new SharedFailures(new Outages(System::nanoTime).database(), e -> false, Throwable::toString),
                FeedConfig.defaults(),
                list -> {},
                closed -> {});
        pass(run, Duration.ofSeconds(5));
        AtomicInteger statements = new AtomicInteger();
        shop().dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE || step == FaultPlan.Step.BEFORE_COMMIT) {
                statements.incrementAndGet();
            }
        });
        pass(run, Duration.ofSeconds(60));
        assertTrue(statements.get() > 0 && statements.get() <= 4 * 61, statements::toString);
        decided();
        pass(run, Duration.ofSeconds(1));
        assertEquals(0, process().find("shipping").orElseThrow().behind());
    }

    private static void pass(FeedRun run, Duration time) throws Exception {
        for (long left = time.toNanos(); left > 0; ) {
            left -= Math.max(1_000, run.step());
        }
    }
}
