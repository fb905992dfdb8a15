package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.WorkerConfig;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageConfig;
import io.orderflow.page.PageReply;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a page shows")
class ShopSamplerTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    /** A look begins with this, and nothing else of the library asks it. */
    private static final String PULSE = "SUBSTRING(members";

    private final TestDatabase database = TestDatabase.h2();
    private final HikariDataSource pool = database.dataSource(8);
    private final AtomicInteger looks = new AtomicInteger();
    private final FaultyDataSource counted = new FaultyDataSource(pool, this::count);
    private final OrderProcessor orders =
            OrderProcessor.builder(counted).createTables(true).build();
    private final PageHandler page =
            (PageHandler) orders.page(PageConfig.builder().lookers(3).build());

    private void count(FaultPlan.Step step, String sql) {
        if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.contains(PULSE)) {
            looks.incrementAndGet();
        }
    }

    @BeforeEach
    void start() {
        orders.start();
        orders.workers(WorkerConfig.defaults()).start();
        orders.inventory().define(1, 100, 1_000, "product-1");
    }

    @AfterEach
    void stop() {
        orders.close();
        database.close();
    }

    private void buy(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            OrderRequest request =
                    OrderRequest.of(7).line(1, 1).payment(Payment.EXTERNAL).build();
            orders.submit(request);
            orders.await(request.id(), BOUND).orElseThrow();
        }
    }

    private PageReply stream() {
        return page.answer(
                new PageCall("GET", "/page/stream", "", Map.of("Host", "localhost"), new byte[0], "127.0.0.1"));
    }

    /** Somebody who takes everything. */
    private static class Watching implements Flow.Subscriber<String> {
        private final List<String> texts = new CopyOnWriteArrayList<>();
        private volatile boolean ended;
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String text) {
            texts.add(text);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            ended = true;
        }

        void awaitState(String with) {
            Eventually.await(
                    with,
                    BOUND,
                    () -> texts.stream().anyMatch(text -> text.startsWith("event: state\n") && text.contains(with)),
                    texts::toString);
        }
    }

    private Watching watch() {
        Watching watching = new Watching();
        stream().events().orElseThrow().subscribe(watching);
        return watching;
    }

    @Test
    @DisplayName("is read once for all who look, and not at all while nobody does")
    void once() throws InterruptedException {
        buy(3);
        assertEquals(0, looks.get());
        assertTrue(page.isResting());

        Watching first = watch();
        first.awaitState("\"letterCount\":0");
        assertTrue(
                first.texts.get(0).startsWith("event: you\ndata: {\"mayAct\":false,\"why\":\"acting is off, "),
                first.texts::toString);
        int before = looks.get();
        List<Watching> others = List.of(watch(), watch());
        assertEquals(503, stream().status(), "three are the most");
        buy(3);
        others.forEach(one -> one.awaitState("\"accepted\""));
        first.awaitState("\"decided\"");
        int states = first.texts.size();
        Eventually.await("more states", BOUND, () -> first.texts.size() >= states + 2, first.texts::toString);
        int told = first.texts.size() + 1;
        assertTrue(looks.get() <= told, () -> looks.get() + " looks for " + told + " texts, " + before + " before");

        first.subscription.cancel();
        others.forEach(one -> one.subscription.cancel());
        assertEquals(0, page.lookers());
        Eventually.await("nobody looks", BOUND, page::isResting, () -> page.lookers() + " look");
        int last = looks.get();
        buy(3);
        assertEquals(last, looks.get());

        Watching again = watch();
        again.awaitState("\"taken\":0");
    }

    @Test
    @DisplayName("says that the database does not answer, and goes on when it does")
    void outage() throws InterruptedException {
        Watching watching = watch();
        watching.awaitState("\"database\":{\"works\":true");
        counted.setPlan((step, sql) -> {
            throw new SQLException("no database today", "08000");
        });
        watching.awaitState("\"database\":{\"works\":false,\"words\":\"cannot be read: ");
        counted.setPlan(FaultPlan.NONE);
        int told = watching.texts.size();
        Eventually.await(
                "it answers again",
                BOUND,
                () -> watching.texts.stream()
                        .skip(told)
                        .anyMatch(text -> text.contains("\"works\":true,\"words\":\"answers")),
                watching.texts::toString);
    }

    @Test
    @DisplayName("does not count as of the last minute what others decided while its database was away")
    void gap() throws InterruptedException {
        try (OrderProcessor others = OrderProcessor.builder(pool).build().start()) {
            others.workers(WorkerConfig.defaults()).start();
            Watching watching = watch();
            watching.awaitState("\"works\":true,\"words\":\"answers");
            counted.setPlan((step, sql) -> {
                throw new SQLException("no database today", "08000");
            });
            watching.awaitState("\"database\":{\"works\":false,\"words\":\"cannot be read: ");
            OrderRequest meanwhile =
                    OrderRequest.of(7).line(1, 1).payment(Payment.EXTERNAL).build();
            others.submit(meanwhile);
            others.await(meanwhile.id(), BOUND).orElseThrow();
            counted.setPlan(FaultPlan.NONE);
            watching.awaitState("\"orders\":[{\"id\":\"" + meanwhile.id());
            String state = watching.texts.stream()
                    .filter(text -> text.contains(meanwhile.id().toString()))
                    .findFirst()
                    .orElseThrow();
            assertTrue(state.contains("\"verdicts\":{\"taken\":0,"), state);
        }
    }

    @Test
    @DisplayName("tells how long orders of the last minute took, and what this process answered")
    void latency() throws InterruptedException {
        Watching watching = watch();
        watching.awaitState("\"latency\"");
        buy(5);
        watching.awaitState("\"latency\":{\"accept\":{\"count\":5,");
        watching.awaitState("\"verdict\":{\"count\":5,");
        watching.awaitState("\"taken\":5,");
    }

    @Test
    @DisplayName("says that it has ended to nobody who has not been told that it begins")
    void closedMeanwhile() {
        List<String> told = new CopyOnWriteArrayList<>();
        stream().events().orElseThrow().subscribe(new Watching() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                page.close();
                told.add("begin");
            }

            @Override
            public void onComplete() {
                told.add("end");
            }
        });
        assertEquals(List.of("begin", "end"), told);
    }

    @Test
    @DisplayName("ends when the processor is closed, and begins no more")
    void closed() {
        Watching watching = watch();
        watching.awaitState("\"workers\":[{\"name\":\"orderflow\",\"threads\":1,");
        PageReply unused = stream();
        orders.close();
        assertTrue(watching.ended);
        assertEquals(503, stream().status());
        Watching late = new Watching();
        unused.events().orElseThrow().subscribe(late);
        assertTrue(late.ended);
        assertFalse(late.texts.stream().anyMatch(text -> text.contains("event: state")));
        assertThrows(IllegalStateException.class, () -> orders.page(PageConfig.defaults()));
    }
}
