package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.TestShops;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With an intake that is small, and a front door of little patience. */
@DisplayName("A batch of orders that cannot be taken as usual")
class BatchRouteTest {
    private static final String GOOD = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1}]}";
    private static final String JSON = "Host: localhost\r\nContent-Type: application/json\r\n";
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int CONNECTIONS = 5;

    private final TestDatabase database = TestDatabase.h2();
    private final Shop shop = TestShops.open(database, CONNECTIONS);
    private final OrderProcessor orders;
    private volatile Optional<String> refusal = Optional.empty();
    private WebServer web;

    BatchRouteTest() {
        orders = OrderProcessor.builder(shop.dataSource())
                .tablePrefix(shop.tablePrefix())
                .createTables(true)
                .bufferCapacity(1)
                // a busy machine is no outage
                .submitTimeout(Duration.ofSeconds(15))
                .journalTimeout(Duration.ofSeconds(14))
                .build()
                .start();
    }

    @AfterEach
    void close() {
        web.close();
        orders.close();
        shop.close();
        database.close();
    }

    private void listen(Duration patience) {
        web = new WebServer(
                router -> {},
                loop -> OrderRoutes.posts(orders, () -> refusal, (request, more) -> Optional.empty(), loop),
                List.of(),
                new FrontDoor(patience, LONG));
        web.start("127.0.0.1", 0);
    }

    private ShopClient serve() {
        listen(LONG);
        ShopClient client = new ShopClient(web.port());
        Eventually.await("an order is taken", Duration.ofMinutes(1), () -> isTaken(client), () -> "none");
        return client;
    }

    private static boolean isTaken(ShopClient client) {
        try {
            return client.order(GOOD).status() == 202;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String batch(int orders) {
        return "{\"orders\":[" + String.join(",", Collections.nCopies(orders, GOOD)) + "]}";
    }

    private static String post(String headers, String body) {
        return "POST " + BatchRoute.PATH + " HTTP/1.1\r\n" + JSON + headers + "\r\n" + body;
    }

    @Test
    @DisplayName("has those orders refused for which there is no room, and says when to send them again")
    void overloaded() throws Exception {
        ShopClient client = serve();
        // room for two: hundreds of commits would have to come between the submissions to take them all
        Answer answer = client.batch(batch(BatchBody.ORDERS));
        assertEquals(207, answer.status(), answer::toString);
        int refused = 0;
        for (JsonNode result : answer.json().path("results")) {
            if (result.path("status").intValue() != 202) {
                refused++;
                assertEquals(429, result.path("status").intValue(), result::toString);
                assertEquals(1, result.path("retryAfter").intValue(), result::toString);
                assertEquals(
                        "urn:orderflow:problem:overloaded",
                        result.path("body").path("type").asText());
            }
        }
        assertEquals(BatchBody.ORDERS, answer.json().path("results").size());
        assertTrue(refused > 0 && refused < BatchBody.ORDERS, refused + " refused");
        assertEquals("1", answer.header("Retry-After").orElse(""));
    }

    @Test
    @DisplayName("is refused as a whole while nothing can be taken at all, and before its body where that may wait")
    void notReady() throws Exception {
        ShopClient client = serve();
        refusal = Optional.of("the application is starting");
        Answer answer = client.batch(batch(2));
        assertEquals(503, answer.status(), answer::toString);
        assertTrue(answer.header("Retry-After").isPresent(), answer::toString);
        assertEquals(400, client.batch("{").status(), "a bad body matters more");
        try (RawHttp raw = new RawHttp(web.port())) {
            raw.send(post("Expect: 100-continue\r\nContent-Length: 20\r\n", ""));
            assertTrue(raw.head().startsWith("HTTP/1.1 503 "));
        }
    }

    @Test
    @DisplayName("is told to go on once, before its body")
    void continues() throws IOException {
        serve();
        String body = batch(1);
        try (RawHttp raw = new RawHttp(web.port())) {
            raw.send(
                    post("Connection: close\r\nExpect: 100-continue\r\nContent-Length: " + body.length() + "\r\n", ""));
            assertTrue(raw.head().startsWith("HTTP/1.1 100 "));
            String answer = raw.send(body).all();
            assertTrue(answer.startsWith("HTTP/1.1 207 "), answer);
        }
    }

    @Test
    @DisplayName("is not waited for when its body comes byte by byte")
    void slowBody() throws IOException {
        listen(Duration.ofMillis(300));
        String answer = RawHttp.answer(web.port(), post("Content-Length: 20\r\n", "{"));
        assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
    }

    @Test
    @DisplayName("leaves the memory that its body was to take when its sender goes")
    void abortedBody() throws Exception {
        ShopClient client = serve();
        long bodies = 2 + Runtime.getRuntime().maxMemory() / 16 / BatchRoute.LARGEST_BODY;
        List<RawHttp> open = new ArrayList<>();
        try {
            for (int i = 0; i < bodies; i++) {
                RawHttp raw = new RawHttp(web.port());
                open.add(raw);
                raw.send(post("Content-Length: " + BatchRoute.LARGEST_BODY + "\r\n", "{"));
            }
            // somebody waits in line by now: who asks is told to go on only when it is his turn
            try (RawHttp late = new RawHttp(web.port())) {
                open.remove(0).close();
                late.send(post("Expect: 100-continue\r\nContent-Length: " + BatchRoute.LARGEST_BODY + "\r\n", ""));
                for (RawHttp raw : open) {
                    raw.close();
                }
                assertTrue(late.head().startsWith("HTTP/1.1 100 "));
            }
            assertEquals(207, client.batch(batch(1)).status());
        } finally {
            for (RawHttp raw : open) {
                raw.close();
            }
        }
    }
}
