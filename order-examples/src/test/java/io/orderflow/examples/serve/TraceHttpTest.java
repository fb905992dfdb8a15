package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderTracing;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.TestShops;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The trace of an order over HTTP")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceHttpTest {
    private static final String GOOD = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1}]}";
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.h2();
    private final Shop shop = TestShops.open(database, 5);
    private final OrderProcessor orders = OrderProcessor.builder(shop.dataSource())
            .tablePrefix(shop.tablePrefix())
            .createTables(true)
            .build();
    private final WebServer web = new WebServer(
            router -> {},
            loop -> OrderRoutes.posts(orders, Optional::empty, (request, more) -> Optional.empty(), loop),
            List.of(),
            new FrontDoor(BOUND, BOUND));
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private ShopClient client;

    @BeforeAll
    void start() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStart(Observation.Context context) {
                seen.add(context.getName() + " of " + ((ReceiverContext<?>) context).getCarrier());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ReceiverContext<?>;
            }
        });
        new OrderTracing(orders).bindTo(registry);
        orders.start();
        web.start("127.0.0.1", 0);
        client = new ShopClient(web.port());
        Eventually.await("an order is taken", BOUND, () -> taken().status() == 202, () -> taken().toString());
    }

    private Answer taken(String... headers) {
        try {
            return client.order(GOOD, headers);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void forget() {
        seen.clear();
    }

    @AfterAll
    void stop() {
        web.close();
        orders.close();
        shop.close();
        database.close();
    }

    @Test
    @DisplayName("is the one that its headers name, for each order of a batch too")
    void fromHeaders() throws Exception {
        String accept = "orderflow.order.accept of TraceContext[traceparent=" + TRACE + ", tracestate=a=1,b=2]";
        assertEquals(
                202,
                taken("traceparent", TRACE, "tracestate", "a=1", "tracestate", "b=2")
                        .status());
        assertEquals(List.of(accept), seen);
        Answer batch = client.batch(
                "{\"orders\":[" + GOOD + ",{}," + GOOD + "]}", "traceparent", TRACE, "tracestate", "a=1,b=2");
        assertEquals(207, batch.status(), batch::toString);
        assertEquals(List.of(accept, accept, accept), seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "00-0-0-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    @DisplayName("is none where the header is malformed, and the order is taken all the same")
    void malformed(String header) {
        assertEquals(202, taken("traceparent", header).status());
        assertEquals(202, taken("traceparent", TRACE, "traceparent", TRACE).status());
        assertEquals(202, taken("tracestate", "a=1").status());
        assertEquals(List.of(), seen);
    }
}
