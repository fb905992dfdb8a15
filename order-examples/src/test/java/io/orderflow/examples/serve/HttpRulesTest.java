package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP itself asks of the application, beside what its requests mean. */
@DisplayName("HTTP of the application")
class HttpRulesTest extends ServedTests {
    private static final String GOOD = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1}]}";
    private static final String JSON = "Host: localhost\r\nContent-Type: application/json\r\n";
    private static final String LAST = "Connection: close\r\n";

    private String answer(String request) throws IOException {
        return RawHttp.answer(server.port(), request);
    }

    private static String post(String headers, String body) {
        return "POST /orders HTTP/1.1\r\n" + JSON + headers + "\r\n" + body;
    }

    private static void assertStatus(int status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//metrics",
                "/./metrics",
                "/orders/../metrics",
                "/orders/%2e%2e/metrics",
                "/%6detrics",
                "/metrics/",
                "/metrics;a=1",
                "/orders/..\\metrics",
                "http://shop//metrics",
                "/metrics%00",
                "/health/../health/live"
            })
    @DisplayName("does not serve a path that another reader of it would take for another one")
    void plainPaths(String path) throws IOException {
        assertStatus(400, answer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + LAST + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a.b", "/...", "/.a", "/~+-_"})
    @DisplayName("reads the longest path like any other")
    void longestPath(String segment) throws IOException {
        String path = segment.repeat(4_000 / segment.length());
        assertStatus(404, answer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + LAST + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /deciding/resume|localhost|Origin: https://evil.example",
                "POST /orders|127.0.0.1|Sec-Fetch-Site: cross-site",
                "POST /deciding/resume|evil.example|Origin: http://evil.example",
                "GET /wallets/1|evil.example|Accept: */*"
            })
    @DisplayName("refuse what pages of other sites send, and another name for this machine")
    void otherSites(String request) throws Exception {
        String[] parts = request.split("\\|");
        assertStatus(
                403, answer(parts[0] + " HTTP/1.1\r\nHost: " + parts[1] + "\r\n" + parts[2] + "\r\n" + LAST + "\r\n"));
    }

    @Test
    @DisplayName("stays with HTTP/1.1, whatever is asked for")
    void noOtherProtocol() throws IOException {
        String upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
        try (RawHttp raw = new RawHttp(server.port())) {
            assertStatus(
                    200,
                    raw.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + upgrade + "\r\n")
                            .head());
        }
        String prior = answer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assertTrue(prior.startsWith("HTTP/2.0 501 ") || prior.startsWith("HTTP/1.1 4"), prior);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "Content-Length: -2\r\n\r\n{}"
            })
    @DisplayName("refuses a body that is not framed as its headers say with 400, and ends the connection")
    void badFraming(String rest) throws IOException {
        String answer = answer("POST /orders HTTP/1.1\r\n" + JSON + rest);
        assertStatus(400, answer);
        assertFalse(answer.contains("Exception"), answer);
        assertTrue(answer.contains("\"type\":\"about:blank\""), answer);
        assertTrue(answer.contains(RequestIds.HEADER + ": "), answer);
    }

    @Test
    @DisplayName("says 100 Continue once")
    void continuesOnce() throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send(post(LAST + "Expect: 100-continue\r\nContent-Length: " + GOOD.length() + "\r\n", ""));
            assertTrue(raw.head().startsWith("HTTP/1.1 100 "));
            String answer = raw.send(GOOD).all();
            assertStatus(202, answer);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/orders, text/plain, 2, x, 415",
        "/orders, application/json, 200000, x, 413",
        "/orders, application/json, 2, \"a\" \"b\", 400",
        "/nothing, application/json, 2, x, 404",
        "/products/1, application/json, 2, x, 405",
        "//orders, application/json, 2, x, 400"
    })
    @DisplayName("does not ask for a body that it will not take")
    void refusesBeforeTheBody(String path, String type, int length, String key, int status) throws IOException {
        String request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                + "\r\nIdempotency-Key: " + key + "\r\nExpect: 100-continue\r\nContent-Length: " + length + "\r\n\r\n";
        try (RawHttp raw = new RawHttp(server.port())) {
            assertStatus(status, raw.send(request).head());
        }
    }

    @Test
    @DisplayName("says with 415 what would be taken")
    void unsupportedSaysWhatIs() throws Exception {
        Answer type = client.send("POST", "/orders", GOOD, "Content-Type", "text/plain");
        assertEquals(415, type.status());
        assertEquals("application/json", type.header("Accept").orElse(""));
        Answer coding =
                client.send("POST", "/orders", GOOD, "Content-Type", "application/json", "Content-Encoding", "gzip");
        assertEquals(415, coding.status());
        assertEquals("identity", coding.header("Accept-Encoding").orElse(""));
    }

    @Test
    @DisplayName("gives every answer an id, the caller's own where he has one, and keeps it out of caches")
    void headersOfAllAnswers() throws Exception {
        String mine = UUID.randomUUID().toString();
        Answer named = client.send("GET", "/health/live", "", RequestIds.HEADER, mine);
        assertEquals(mine, named.header(RequestIds.HEADER).orElse(""));
        Answer forged = client.send("GET", "/health/live", "", RequestIds.HEADER, "a b\t<c>");
        assertFalse(forged.header(RequestIds.HEADER).orElse("").contains("<"), forged::toString);
        for (Answer answer :
                new Answer[] {named, forged, client.get("/nothing"), client.order(GOOD), client.order("{}")}) {
            assertAll(
                    answer::toString,
                    () -> assertFalse(
                            answer.header(RequestIds.HEADER).orElse("").isEmpty()),
                    () -> assertEquals(
                            "no-store", answer.header("Cache-Control").orElse("")),
                    () -> assertEquals(
                            "nosniff", answer.header("X-Content-Type-Options").orElse("")));
        }
        String star = answer("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n" + LAST + "\r\n");
        assertTrue(star.contains(RequestIds.HEADER), star);
    }

    @Test
    @DisplayName("takes a caller's id by both of its names over, and has it in the problem too")
    void idsOfRequests() throws Exception {
        Answer other = client.send("GET", "/nothing", "", "Request-Id", "mine-1");
        assertEquals("mine-1", other.header(RequestIds.HEADER).orElse(""), other::toString);
        assertEquals("mine-1", other.text("requestId"), other::toString);
        Answer both = client.send("GET", "/nothing", "", "Request-Id", "mine-1", RequestIds.HEADER, "mine-2");
        assertEquals("mine-2", both.text("requestId"), both::toString);
        Answer made = client.order("{");
        assertEquals(made.header(RequestIds.HEADER).orElse("none"), made.text("requestId"), made::toString);
        Answer batch = client.batch("{\"orders\":[{\"buyer\":1}]}", RequestIds.HEADER, "mine-3");
        assertEquals("mine-3", batch.json().at("/results/0/body/requestId").asText(), batch::toString);
        String longest = "i".repeat(64);
        assertEquals(
                longest,
                client.send("GET", "/a", "", RequestIds.HEADER, longest).text("requestId"));
        assertFalse(client.send("GET", "/a", "", RequestIds.HEADER, longest + "i")
                .text("requestId")
                .contains("i"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\u000bERROR b", "a\rERROR b", "a\u0085ERROR b", "a\u001b[31mERROR", "a ERROR b", "\u00e9", ""})
    @DisplayName("takes no id over with which a line of the log could be forged")
    void forgedIds(String forged) throws IOException {
        String answer = answer("GET /nothing HTTP/1.1\r\nHost: localhost\r\n" + RequestIds.HEADER + ": " + forged
                + "\r\n" + LAST + "\r\n");
        assertTrue(answer.matches("(?s)HTTP/1\\.[01] 40[04] .*"), answer);
        assertFalse(answer.contains("ERROR"), answer);
        assertTrue(answer.matches("(?s).*\"requestId\":\"[0-9a-f]{12}-\\d+\".*"), answer);
    }

    @Test
    @DisplayName("has a tag for an order that changes with what is shown, and answers 304 to one who has that")
    void tags() throws Exception {
        Answer accepted = client.order("{\"buyer\":3,\"lines\":[{\"product\":1,\"quantity\":1}]}");
        String path = "/orders/" + accepted.text("orderId");
        Answer first = decided(accepted.text("orderId"));
        String tag = first.header("ETag").orElseThrow();
        assertTrue(tag.matches("\"[A-Za-z0-9_-]{22}\""), tag);
        assertEquals("private, no-cache", first.header("Cache-Control").orElse(""));
        assertEquals(tag, client.get(path).header("ETag").orElse(""));
        assertEquals(tag, client.send("HEAD", path, "").header("ETag").orElse(""));
        for (String has :
                new String[] {tag, "W/" + tag, "*", "\"a,b\", " + tag, "\"a\",W/" + tag + " , \"b\"", ", ," + tag + ","
                }) {
            String same = answer(
                    "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + has + "\r\n" + LAST + "\r\n");
            assertStatus(304, same);
            assertTrue(same.endsWith("\r\n\r\n"), "no body: " + same);
            assertTrue(same.toLowerCase().contains("etag: " + tag.toLowerCase()), same);
            assertTrue(same.contains(RequestIds.HEADER), same);
        }
        for (String has : new String[] {
            "\"a\"",
            "nonsense",
            tag.replace("\"", ""),
            "",
            "x" + tag,
            tag + "x",
            tag + " " + tag,
            "w/" + tag,
            "\"a\" " + tag,
            tag + ", *",
            tag + ", \"",
            "\"a b\", " + tag
        }) {
            assertStatus(
                    200,
                    answer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + has + "\r\n" + LAST
                            + "\r\n"));
        }
        client.send("POST", path + "/refund", "{}", "Content-Type", "application/json", "Idempotency-Key", "tags");
        Answer refunded = client.send("GET", path, "", "If-None-Match", tag);
        assertEquals(200, refunded.status(), refunded::toString);
        assertFalse(refunded.header("ETag").orElseThrow().equals(tag), refunded::toString);
    }

    @Test
    @DisplayName("says of a replay that it is one")
    void replay() throws Exception {
        Answer first = client.order(GOOD, "Idempotency-Key", "\"replayed\"");
        assertEquals(202, first.status(), first::toString);
        assertTrue(first.header(OrderRoutes.REPLAYED).isEmpty(), first::toString);
        Answer second = client.order(GOOD, "Idempotency-Key", "\"replayed\"");
        assertEquals(200, second.status(), second::toString);
        assertEquals("true", second.header(OrderRoutes.REPLAYED).orElse(""));
    }

    /** Longer than a caller in these tests waits for anything. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final Duration MOMENT = Duration.ofMillis(300);

    private static WebServer server(AtomicInteger bodies, FrontDoor door) {
        return new WebServer(
                router -> router.post("/orders")
                        .handler(BodyHandler.create(false))
                        .handler(context -> {
                            bodies.incrementAndGet();
                            context.response()
                                    .putHeader(HttpHeaders.CONTENT_TYPE, HttpAnswers.JSON)
                                    .end("{}");
                        }),
                door);
    }

    @Test
    @DisplayName("does not wait for a body that comes byte by byte, and ends its connection")
    void slowBody() throws IOException {
        AtomicInteger bodies = new AtomicInteger();
        try (WebServer web = server(bodies, new FrontDoor(MOMENT, LONG))) {
            web.start("127.0.0.1", 0);
            String answer = RawHttp.answer(web.port(), post("Content-Length: 20\r\n", "{"));
            assertStatus(408, answer);
            assertEquals(0, bodies.get());
        }
    }

    @Test
    @DisplayName("does not keep a connection that sends byte by byte and never a whole request")
    void slowHeaders() throws IOException {
        try (WebServer web = server(new AtomicInteger(), new FrontDoor(LONG, MOMENT))) {
            web.start("127.0.0.1", 0);
            try (RawHttp raw = new RawHttp(web.port())) {
                raw.send("POST /orders HTTP/1.1\r\nHost: s");
                assertEquals("", raw.all());
            }
        }
    }

    @Test
    @DisplayName("forgets a body whose sender went, and goes on")
    void abortedBody() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (RawHttp raw = new RawHttp(server.port())) {
                raw.send(post("Content-Length: 20\r\n", "{"));
            }
        }
        Eventually.await("an order is taken", Duration.ofSeconds(30), () -> accepted(client), () -> "not accepted");
    }

    @Test
    @DisplayName("takes a caller who goes in the middle of his body for no bug of its own")
    void abortedBodyIsNoError() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        AtomicInteger ended = new AtomicInteger();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (WebServer web = new WebServer(router -> {
            router.post("/orders").handler(context -> {
                context.addEndHandler(end -> ended.incrementAndGet());
                context.next();
            });
            router.post("/orders").handler(BodyHandler.create(false));
        })) {
            web.start("127.0.0.1", 0);
            try (RawHttp raw = new RawHttp(web.port())) {
                raw.send(post("Expect: 100-continue\r\nContent-Length: 20\r\n", ""));
                assertStatus(100, raw.head());
                raw.send("{");
            }
            Eventually.await("its end is seen", Duration.ofSeconds(30), () -> ended.get() == 1, log::toString);
            // what the event loop had to say of it is said before this answer
            assertStatus(404, RawHttp.answer(web.port(), "GET /a HTTP/1.1\r\nHost: localhost\r\n" + LAST + "\r\n"));
            assertFalse(log.toString(StandardCharsets.UTF_8).contains("ERROR"), log::toString);
        } finally {
            System.setErr(before);
        }
    }

    private static boolean accepted(ShopClient client) {
        try {
            return client.order(GOOD).status() == 202;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
