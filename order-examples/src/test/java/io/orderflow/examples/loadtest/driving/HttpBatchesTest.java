package io.orderflow.examples.loadtest.driving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against a server that gives the answers which a healthy application never gives on request. */
@DisplayName("Orders that are sent over HTTP together")
class HttpBatchesTest {
    private static final UUID ID = new UUID(7, 8);
    private static final int SIZE = 3;

    /** Longer than any test takes, so that only full batches are sent. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private final OrderRequest plain = OrderRequest.of(5).line(3, 2).build();
    private final OrderRequest keyed = OrderRequest.of(6)
            .line(4, 1)
            .payment(Payment.EXTERNAL)
            .idempotencyKey("a \"key\"")
            .build();

    private HttpServer server;
    private HttpBatches batches;
    private volatile String body = "";

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        batches = new HttpBatches(address(), 2, SIZE, LONG);
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        batches.close();
        server.stop(0);
    }

    private void answer(int status, String json) {
        handle(exchange -> {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private void handle(Handler handler) {
        server.createContext("/orders/batch", exchange -> {
            body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            handler.handle(exchange);
        });
    }

    private List<Reply> replies(OrderRequest... requests) {
        List<CompletableFuture<Reply>> sent =
                Stream.of(requests).map(batches::submitAsync).toList();
        return sent.stream().map(CompletableFuture::join).toList();
    }

    private static List<Kind> kinds(List<Reply> replies) {
        return replies.stream().map(Reply::kind).toList();
    }

    @Test
    @DisplayName("have each the result at its place")
    void results() {
        answer(
                207,
                "{\"results\":[{\"status\":202,\"body\":{\"orderId\":\"" + ID + "\"}},"
                        + "{\"status\":200,\"body\":{\"orderId\":\"" + ID + "\"}},"
                        + "{\"status\":429,\"retryAfter\":3,\"body\":{}}]}");
        List<Reply> replies = replies(plain, keyed, plain);
        assertEquals(List.of(Kind.ACCEPTED, Kind.DUPLICATE, Kind.OVERLOADED), kinds(replies), replies::toString);
        assertEquals(Optional.of(ID), replies.get(0).orderId());
        assertEquals(Optional.of(ID), replies.get(1).orderId());
        assertEquals(Optional.of(Duration.ofSeconds(3)), replies.get(2).retryAfter());
        String one = "{\"buyer\":5,\"lines\":[{\"product\":3,\"quantity\":2}]}";
        assertEquals(
                "{\"orders\":[" + one
                        + ",{\"buyer\":6,\"lines\":[{\"product\":4,\"quantity\":1}],\"payment\":\"EXTERNAL\",\"idempotencyKey\":\"a \\\"key\\\"\"},"
                        + one + "]}",
                body);
    }

    @Test
    @DisplayName("go soon although the batch is not full")
    void lingers() {
        answer(207, "{\"results\":[{\"status\":422,\"body\":{}}]}");
        try (HttpBatches soon = new HttpBatches(address(), 1, SIZE, HttpBatches.LINGER)) {
            assertEquals(Kind.CONFLICT, soon.submit(keyed).kind());
        }
    }

    @Test
    @DisplayName("are sent again after an unclear answer only with a key: without, each would be a second order")
    void unclear() {
        String unknown = "{\"status\":503,\"retryAfter\":1,\"body\":{\"outcome\":\"unknown\"}}";
        answer(207, "{\"results\":[" + unknown + "," + unknown + "," + unknown + "]}");
        List<Reply> told = replies(plain, keyed, keyed);
        assertEquals(List.of(Kind.FAILED, Kind.UNKNOWN, Kind.UNKNOWN), kinds(told), told::toString);
        assertTrue(told.get(0).retryAfter().isEmpty(), told::toString);
    }

    @Test
    @DisplayName("are sent again after a lost answer only with a key")
    void lost() {
        handle(HttpExchange::close);
        List<Reply> lost = replies(plain, keyed, plain);
        assertEquals(List.of(Kind.FAILED, Kind.UNKNOWN, Kind.FAILED), kinds(lost), lost::toString);
    }

    @Test
    @DisplayName("have all the answer that the whole request has")
    void refused() {
        answer(503, "{\"title\":\"away\"}");
        assertEquals(
                List.of(Kind.UNAVAILABLE, Kind.UNAVAILABLE, Kind.UNAVAILABLE), kinds(replies(plain, keyed, plain)));
    }

    @Test
    @DisplayName("fail with an answer that has not one result for each")
    void unforeseen() {
        answer(207, "{\"results\":[]}");
        assertEquals(List.of(Kind.FAILED, Kind.FAILED, Kind.FAILED), kinds(replies(plain, keyed, plain)));
    }
}
