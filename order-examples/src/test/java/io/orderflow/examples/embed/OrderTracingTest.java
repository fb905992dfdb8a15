package io.orderflow.examples.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.orderflow.Acceptance;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderTracing;
import io.orderflow.SubmitOutcome;
import io.orderflow.TraceContext;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With OpenTelemetry as hosts have it, and two processes' processors: one accepts, the other one decides. */
@DisplayName("The trace of an order")
class OrderTracingTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String ACCEPT = "orderflow.order.accept";
    private static final String DECIDE = "orderflow.order.decide";
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final AttributeKey<String> ORDER = AttributeKey.stringKey("orderflow.order");

    private final TestDatabase database = TestDatabase.h2();
    private final FinishedSpans accepting = new FinishedSpans();
    private final FinishedSpans deciding = new FinishedSpans();
    private final ObservationRegistry registry = SpanRegistry.of(accepting);
    private HikariDataSource pool;
    private OrderProcessor shop;
    private OrderProcessor worker;

    @BeforeEach
    void open() {
        pool = new HikariDataSource();
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername(database.user());
        pool.setPassword(database.password());
    }

    @AfterEach
    void close() {
        shop.close();
        worker.close();
        pool.close();
        database.close();
    }

    private void start(Acceptance acceptance) {
        InMemoryQueue queue = InMemoryQueue.builder().build();
        shop = OrderProcessor.builder(pool)
                .queue(queue)
                .acceptance(acceptance)
                .allowWeakQueue(true)
                .createTables(true)
                .build();
        worker = OrderProcessor.builder(pool).queue(queue).allowWeakQueue(true).build();
        new OrderTracing(shop).bindTo(registry);
        new OrderTracing(worker).bindTo(SpanRegistry.of(deciding));
        shop.start();
        shop.inventory().define(1, 250, 1_000, "product-1");
        shop.wallets().open(7, 5_000_000, "wallet-7");
        worker.workers(WorkerConfig.defaults()).start();
    }

    private static OrderRequest request(int pieces) {
        return OrderRequest.of(7).line(1, pieces).build();
    }

    private static SpanData spanOf(FinishedSpans spans, String name, UUID order) {
        List<SpanData> found = new ArrayList<>();
        Eventually.await(
                name + " of " + order,
                BOUND,
                () -> {
                    found.clear();
                    spans.all().stream()
                            .filter(span -> span.getName().equals(name)
                                    && order.toString()
                                            .equals(span.getAttributes().get(ORDER)))
                            .forEach(found::add);
                    return !found.isEmpty();
                },
                () -> spans.all().toString());
        assertEquals(1, found.size(), found::toString);
        return found.get(0);
    }

    @ParameterizedTest
    @EnumSource(Acceptance.class)
    @DisplayName("shows the request, the acceptance and the decision in another process, however it is accepted")
    void oneTrace(Acceptance acceptance) {
        start(acceptance);
        OrderRequest request = request(2);
        Observation.createNotStarted("http", registry).observe(() -> {
            assertEquals(SubmitOutcome.ACCEPTED, shop.submit(request).outcome());
        });
        SpanData decide = spanOf(deciding, DECIDE, request.id());
        SpanData accept = spanOf(accepting, ACCEPT, request.id());
        SpanData http = accepting.all().stream()
                .filter(span -> span.getName().equals("http"))
                .findFirst()
                .orElseThrow();
        assertEquals(http.getTraceId(), accept.getTraceId());
        assertEquals(http.getSpanId(), accept.getParentSpanId());
        assertEquals(http.getTraceId(), decide.getTraceId());
        assertEquals(accept.getSpanId(), decide.getParentSpanId());
        assertEquals("accepted", accept.getAttributes().get(OUTCOME));
        assertEquals("completed", decide.getAttributes().get(OUTCOME));
        assertEquals(SpanKind.PRODUCER, accept.getKind());
        assertEquals(SpanKind.CONSUMER, decide.getKind());
    }

    @Test
    @DisplayName(
            "is the one that its request names, with what vendors added, and each order of a batch has its own spans")
    void named() {
        start(Acceptance.ROW_JOURNAL);
        TraceContext trace =
                new TraceContext("00-" + TRACE + "-" + SPAN + "-01", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
        OrderRequest good = request(2).withTrace(trace);
        OrderRequest soldOut = request(100_000).withTrace(trace);
        OrderRequest untraced = request(1);
        shop.submitAll(List.of(good, untraced, soldOut));
        for (OrderRequest request : List.of(good, soldOut)) {
            SpanData decide = spanOf(deciding, DECIDE, request.id());
            assertEquals(
                    request == good ? "completed" : "rejected",
                    decide.getAttributes().get(OUTCOME));
            for (SpanData span : List.of(spanOf(accepting, ACCEPT, request.id()), decide)) {
                assertEquals(TRACE, span.getTraceId());
                assertEquals(SPAN, span.getParentSpanId());
                assertEquals(
                        Optional.of("t61rcWkgMzE"),
                        Optional.ofNullable(
                                span.getSpanContext().getTraceState().get("congo")));
            }
        }
        assertEquals(2, accepting.all().size());
        assertEquals(2, deciding.all().size());
    }

    @Test
    @DisplayName("has no spans where it is not recorded, or where there is none")
    void none() throws Exception {
        start(Acceptance.ROW_JOURNAL);
        OrderRequest quiet = request(2).withTrace(new TraceContext("00-" + TRACE + "-" + SPAN + "-00", ""));
        OrderRequest last = request(1).withTrace(new TraceContext("00-" + TRACE + "-" + SPAN + "-01", ""));
        shop.submit(quiet);
        shop.submitAsync(request(2)).get();
        CompletableFuture<?> answer = shop.submitAsync(last);
        answer.get();
        spanOf(accepting, ACCEPT, last.id());
        spanOf(deciding, DECIDE, last.id());
        shop.await(quiet.id(), BOUND);
        assertEquals(1, accepting.all().size());
        assertEquals(1, deciding.all().size());
    }
}
