package io.orderflow.examples.loadtest.driving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.orderflow.OrderRequest;
import io.orderflow.examples.loadtest.counting.Reply;
import io.orderflow.examples.loadtest.counting.Reply.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against a server that gives the answers which a healthy application never gives on request. */
@DisplayName("An order that is sent over HTTP")
class HttpIntakeTest {
    private static final UUID ID = new UUID(7, 8);

    private final OrderRequest plain = OrderRequest.of(5).line(3, 2).line(4, 1).build();
    private final OrderRequest keyed =
            OrderRequest.of(5).line(3, 2).idempotencyKey("key-1").build();

    private HttpServer server;
    private HttpIntake intake;
    private volatile String body = "";
    private volatile String key = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        intake = new HttpIntake(address(server.getAddress().getPort()), 2);
    }

    @AfterEach
    void stop() {
        intake.close();
        server.stop(0);
    }

    @Test
    @DisplayName("has the id that the answer names, accepted or there before")
    void accepted() {
        answer(202, "{}", "Location", "/orders/" + ID);
        assertEquals(Optional.of(ID), expect(Kind.ACCEPTED, plain).orderId());
        assertEquals("{\"buyer\":5,\"lines\":[{\"product\":3,\"quantity\":2},{\"product\":4,\"quantity\":1}]}", body);
        assertEquals("null", key);
        answer(200, "{}", "Location", "/orders/" + ID);
        assertEquals(Optional.of(ID), expect(Kind.DUPLICATE, keyed).orderId());
        assertEquals("\"key-1\"", key);
    }

    @Test
    @DisplayName("is sent again after the pause that the answer asks for")
    void again() {
        answer(429, "{}", "Retry-After", "3");
        assertEquals(
                Optional.of(Duration.ofSeconds(3)),
                expect(Kind.OVERLOADED, plain).retryAfter());
        answer(503, "{\"title\":\"away\"}", "Retry-After", "2");
        assertEquals(
                Optional.of(Duration.ofSeconds(2)),
                expect(Kind.UNAVAILABLE, plain).retryAfter());
        answer(422, "{}");
        assertEquals(Optional.empty(), expect(Kind.CONFLICT, keyed).retryAfter());
    }

    @Test
    @DisplayName("is sent again after an unclear answer only with a key: without, it would be a second order")
    void unclear() {
        answer(503, "{\"outcome\":\"unknown\"}", "Retry-After", "1");
        assertTrue(expect(Kind.UNKNOWN, keyed).retryAfter().isPresent());
        assertEquals(Optional.empty(), expect(Kind.FAILED, plain).retryAfter());
        handle(HttpExchange::close);
        assertTrue(expect(Kind.UNKNOWN, keyed).retryAfter().isPresent());
        assertEquals(Optional.empty(), expect(Kind.FAILED, plain).retryAfter());
    }

    @Test
    @DisplayName("fails with the answer in full when that is none of an order's")
    void unforeseen() {
        answer(500, "{\"title\":\"a bug\"}");
        assertTrue(expect(Kind.FAILED, keyed).detail().toString().contains("500 {\"title\":\"a bug\"}"));
        answer(202, "{}");
        expect(Kind.FAILED, plain);
    }

    @Test
    @DisplayName("waits where nobody listens, since nothing was sent")
    void nobody() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (HttpIntake other = new HttpIntake(address(port), 1)) {
            Reply reply = other.submit(plain);
            assertEquals(Kind.UNAVAILABLE, reply.kind(), reply::toString);
            assertTrue(reply.retryAfter().isPresent());
        }
    }

    private static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    private Reply expect(Kind kind, OrderRequest request) {
        Reply reply = intake.submit(request);
        assertEquals(kind, reply.kind(), reply::toString);
        return reply;
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private void answer(int status, String json, String... header) {
        handle(exchange -> {
            for (int i = 0; i < header.length; i += 2) {
                exchange.getResponseHeaders().add(header[i], header[i + 1]);
            }
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private void handle(Handler handler) {
        try {
            server.removeContext("/orders");
        } catch (IllegalArgumentException first) {
            // there was none yet
        }
        server.createContext("/orders", exchange -> {
            body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            key = String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            handler.handle(exchange);
        });
    }
}
