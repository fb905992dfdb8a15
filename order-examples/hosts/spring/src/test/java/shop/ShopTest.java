package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.spring.TransactionalOrders;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ReflectionUtils;

/** The shop as a web application, over HTTP and from within. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ShopTest {
    /** The two versions of Spring Boot write it in two orders. */
    private static final Pattern HEALTH = Pattern.compile("\"orderflow\":\\{(\"status\":\"UP\",\"details\":\\{[^}]*}"
            + "|\"details\":\\{[^}]*},\"status\":\"UP\")}");

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final OrderProcessor orders;
    private final TransactionalOrders placing;
    private final TransactionTemplate transaction;
    private final JdbcClient jdbc;
    private final String url;

    @Autowired
    ShopTest(
            OrderProcessor orders,
            TransactionalOrders placing,
            TransactionTemplate transaction,
            JdbcClient jdbc,
            @Value("${local.server.port}") int port) {
        this.orders = orders;
        this.placing = placing;
        this.transaction = transaction;
        this.jdbc = jdbc;
        this.url = "http://localhost:" + port + "/";
    }

    @Test
    void anOrderOverHttpIsDecidedAndItsParcelPacked() throws Exception {
        UUID order = orderOf(post("orders", "{\"buyer\":7,\"lines\":[{\"product\":1,\"quantity\":1}]}"));

        assertEquals(OrderStatus.COMPLETED, decided(order).status());
        waitFor(() -> parcelsOf(order) == 1);
    }

    @Test
    void aCartAndItsOrderAreOneTransaction() throws Exception {
        post("carts", "{\"id\":5,\"buyer\":7,\"product\":1,\"quantity\":2}");
        UUID order = orderOf(post("carts/5/checkout", ""));

        assertEquals(500, decided(order).total());
    }

    @Test
    void anOrderIsNotThereWhenItsTransactionRollsBack() {
        AtomicReference<UUID> order = new AtomicReference<>();
        transaction.executeWithoutResult(status -> {
            order.set(placing.place(OrderRequest.of(7).line(1, 1).build()).orderId());
            status.setRollbackOnly();
        });

        assertTrue(orders.find(order.get()).isEmpty());
    }

    @Test
    void twoPlacedInOneTransactionAreBothDecided() throws Exception {
        PlaceResult first = transaction.execute(status -> {
            placing.place(OrderRequest.of(7).line(1, 1).idempotencyKey("second").build());
            return placing.place(OrderRequest.of(7).line(1, 1).idempotencyKey("first").build());
        });

        assertInstanceOf(PlaceResult.Placed.class, first);
        assertEquals(OrderStatus.COMPLETED, decided(first.orderId()).status());
    }

    @Test
    void withoutATransactionNothingIsPlaced() {
        OrderRequest request = OrderRequest.of(7).line(1, 1).build();

        assertThrows(IllegalTransactionStateException.class, () -> placing.place(request));
        assertTrue(orders.find(request.id()).isEmpty());
    }

    @Test
    void healthAndMetersAreTold() throws Exception {
        UUID order = orderOf(post("orders", "{\"buyer\":7,\"lines\":[{\"product\":1,\"quantity\":1}]}"));
        decided(order);

        waitFor(() -> get("actuator/metrics/orderflow.orders.completed").contains("\"name\":\"orderflow"));
        waitFor(() -> HEALTH.matcher(get("actuator/health")).find());
    }

    /** Tests on Spring Framework 7 pause a context that another one takes the place of, and start it again. */
    @Test
    void aPauseOfTheContextLeavesTheProcessorAtWork(@Autowired ConfigurableApplicationContext context)
            throws Exception {
        Method pause = ReflectionUtils.findMethod(context.getClass(), "pause");
        Assumptions.assumeTrue(pause != null, "there are no pauses before Spring Framework 7");
        pause.invoke(context);
        context.getClass().getMethod("restart").invoke(context);

        UUID order = orders.submit(OrderRequest.of(7).line(1, 1).build()).orderId();
        assertEquals(OrderStatus.COMPLETED, decided(order).status());
    }

    private Order decided(UUID order) throws InterruptedException {
        return orders.await(order, LONGEST).orElseThrow();
    }

    private long parcelsOf(UUID order) {
        return jdbc.sql("SELECT COUNT(*) FROM parcel WHERE order_id = ?")
                .param(order.toString())
                .query(Long.class)
                .single();
    }

    private String post(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(response.statusCode() < 500, () -> path + ": " + response.statusCode() + " " + response.body());
        return response.body();
    }

    private String get(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (Exception e) {
            throw new AssertionError(path, e);
        }
    }

    private static UUID orderOf(String answer) {
        Matcher order = Pattern.compile("\"order\":\"([^\"]+)\"").matcher(answer);
        assertTrue(order.find(), answer);
        return UUID.fromString(order.group(1));
    }

    private static void waitFor(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "did not happen in " + LONGEST);
            Thread.sleep(20);
        }
    }
}
