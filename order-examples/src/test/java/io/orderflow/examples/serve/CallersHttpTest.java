package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over an order processor that is not even started, and with a clock that stands. */
@DisplayName("Pages of other sites, and clients that ask for much")
class CallersHttpTest {
    private static final String SHOP = "https://shop.example";
    private static final List<String> SITES = List.of(SHOP, "http://localhost:3000");
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final ProxyNetwork LOOPBACK = ProxyNetwork.of("127.0.0.1").orElseThrow();

    private volatile String missing = "not yet";
    private final AtomicLong now = new AtomicLong();
    private final OrderProcessor orders =
            OrderProcessor.builder(new JdbcDataSource()).build();
    private final RateLimit limit = new RateLimit(new RateRule(2, 4), new TrustedProxies(Set.of(LOOPBACK)), now::get);
    private final WebServer web = new WebServer(
            router -> {
                HttpAnswers.look(router, "/health/live").handler(context -> context.end("{}"));
                HttpAnswers.look(router, "/a/:id").handler(context -> context.end("{}"));
                router.delete("/a/:id").handler(context -> context.end("{}"));
                router.route("/").handler(context -> context.end("{}"));
            },
            loop -> OrderRoutes.posts(orders, () -> Optional.ofNullable(missing), limit::charge, loop),
            List.of(new CrossOrigin(SITES), new SiteGate(SITES, false), limit),
            new FrontDoor(LONG, LONG));

    @BeforeEach
    void start() {
        web.start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        web.close();
        orders.close();
    }

    /** The answer with the names of its headers in small letters. */
    private String ask(String line, String... headers) throws IOException {
        return ask(line, "", headers);
    }

    private String ask(String line, String body, String[] headers) throws IOException {
        String host = String.join("", headers).contains("Host: ") ? "" : "Host: localhost:8080\r\n";
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        String answer = RawHttp.answer(
                web.port(), line + " HTTP/1.1\r\n" + host + "Connection: close\r\n" + more + "\r\n" + body);
        int end = answer.indexOf("\r\n\r\n");
        return answer.substring(0, end).toLowerCase(Locale.ROOT) + answer.substring(end);
    }

    private static void assertStatus(int status, String answer) {
        assertTrue(answer.startsWith("http/1.1 " + status + " "), answer);
    }

    @ParameterizedTest
    @CsvSource({
        "/orders, POST, post",
        "/orders/batch, POST, post",
        "/a/1, DELETE, 'delete, get, head'",
        "/a/1, GET, 'delete, get, head'"
    })
    @DisplayName("are told before a request what is allowed, if their site was named")
    void asksFirst(String path, String method, String allowed) throws IOException {
        String answer = ask(
                "OPTIONS " + path,
                "Origin: " + SHOP,
                "Access-Control-Request-Method: " + method,
                "Access-Control-Request-Headers: content-type,idempotency-key");
        assertStatus(204, answer);
        assertTrue(answer.contains("\naccess-control-allow-origin: " + SHOP + "\r"), answer);
        assertTrue(answer.contains("\naccess-control-allow-methods: " + allowed + "\r"), answer);
        assertTrue(
                answer.matches(
                        "(?s).*\naccess-control-allow-headers: authorization, content-type, idempotency-key, .*"),
                answer);
        assertTrue(answer.contains("\naccess-control-max-age: 600\r"), answer);
        assertTrue(answer.contains("\nvary: origin"), answer);
        assertFalse(answer.contains("credentials"), answer);
        assertEquals(0, limit.refused());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://shop.example",
                "https://shop.example:8443",
                "https://shop.example.evil.example",
                "https://SHOP.example",
                "null",
                "*"
            })
    @DisplayName("are refused if their site was not named, and read nothing")
    void otherSites(String origin) throws IOException {
        String first = ask("OPTIONS /orders", "Origin: " + origin, "Access-Control-Request-Method: POST");
        assertStatus(403, first);
        String answer = ask("GET /a/1", "Origin: " + origin);
        assertStatus(200, answer);
        for (String one : List.of(first, answer)) {
            assertFalse(one.contains("access-control"), one);
            assertTrue(one.contains("\nvary: origin"), one);
        }
    }

    @Test
    @DisplayName("read answers and problems, with the headers that tell more")
    void reads() throws IOException {
        for (String path : List.of("/a/1", "/nothing", "/%61")) {
            String answer = ask("GET " + path, "Origin: http://localhost:3000");
            assertEquals(
                    path.equals("/%61"), !answer.contains("\naccess-control-allow-origin: http://localhost:3000\r"));
            assertEquals(path.equals("/%61"), !answer.contains("etag, location, retry-after, x-request-id"), answer);
        }
        String none = ask("GET /a/1");
        assertFalse(none.contains("access-control"), none);
        assertTrue(none.contains("\nvary: origin"), none);
        assertStatus(404, ask("OPTIONS /nothing", "Origin: " + SHOP, "Access-Control-Request-Method: GET"));
        assertStatus(405, ask("OPTIONS /a/1", "Origin: " + SHOP, "X-Forwarded-For: 203.0.113.3"));
    }

    @Test
    @DisplayName("are kept from the live page, which asks for itself")
    void notThePage() throws IOException {
        for (String line : List.of("GET /", "OPTIONS /", "POST /page/pause", "OPTIONS /page/pause")) {
            String answer = ask(line, "Origin: " + SHOP, "Access-Control-Request-Method: POST");
            assertFalse(answer.contains("access-control"), answer);
        }
    }

    private String act(String... headers) throws IOException {
        return ask("DELETE /a/1", headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example",
                "Origin: http://localhost:8081",
                "Origin: null",
                "Origin: *",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site"
            })
    @DisplayName("change nothing if their site was not named, and are told so")
    void changeNothing(String header) throws IOException {
        String batch = "{\"orders\":[{}]}";
        String[] simple = {header, "Content-Type: text/plain", "Content-Length: " + batch.length()};
        for (String refused :
                List.of(act(header), ask("POST /orders", batch, simple), ask("POST /orders/batch", batch, simple))) {
            assertStatus(403, refused);
            String site = header.startsWith("Origin: ") ? header.substring(8) : "another site";
            assertTrue(refused.contains("is of " + site + ", which is neither this site nor named by --cors-origin"));
            assertTrue(refused.contains("content-type: application/problem+json"), refused);
        }
        assertStatus(200, ask("GET /a/1", header));
    }

    @Test
    @DisplayName("change what they like if their site was named or is this one, and so do programs")
    void change() throws IOException {
        assertStatus(200, act());
        assertStatus(200, act("Origin: " + SHOP, "Sec-Fetch-Site: cross-site"));
        assertStatus(200, act("Origin: http://localhost:8080", "Sec-Fetch-Site: same-origin"));
        assertStatus(200, act("Sec-Fetch-Site: none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.7", ""})
    @DisplayName("neither look nor act by a name of their own for this machine, where there are no tokens")
    void otherNames(String host) throws IOException {
        // one site, for the browser
        for (String refused :
                List.of(ask("GET /a/1", "Host: " + host), act("Host: " + host, "Origin: http://" + host))) {
            assertStatus(403, refused);
            assertTrue(refused.contains("there are no tokens, so only this machine may ask"), refused);
        }
        assertStatus(200, ask("GET /health/live", "Host: " + host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080"})
    @DisplayName("look and act by the names of this machine")
    void namesOfThisMachine(String host) throws IOException {
        assertStatus(200, ask("GET /a/1", "Host: " + host));
        assertStatus(200, act("Host: " + host, "Origin: http://" + host));
    }

    private String from(String client) throws IOException {
        return ask("GET /a/1", "X-Forwarded-For: " + client, "Origin: " + SHOP);
    }

    @Test
    @DisplayName("get a burst, then 429 with when to come again, each client for itself")
    void limited() throws IOException {
        for (int i = 0; i < 4; i++) {
            assertStatus(200, from("203.0.113.1"));
        }
        String refused = from("198.51.100.7, 203.0.113.1");
        assertStatus(429, refused);
        assertTrue(refused.contains("\nretry-after: 1\r"), refused);
        assertTrue(refused.contains("\naccess-control-allow-origin: "), refused);
        assertTrue(refused.contains("\"urn:orderflow:problem:rate-limited\""), refused);
        assertTrue(refused.contains("\"requestId\""), refused);
        assertEquals(1, limit.refused());
        assertStatus(200, from("203.0.113.2"));
        assertStatus(200, ask("GET /health/live", "X-Forwarded-For: 203.0.113.1"));
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        assertStatus(200, from("203.0.113.1"));
        assertStatus(429, from("203.0.113.1"));
        for (int i = 0; i < 4; i++) {
            assertStatus(200, ask("HEAD /a/1", "X-Forwarded-For: 203.0.113.4"));
        }
        assertStatus(429, ask("HEAD /a/1", "X-Forwarded-For: 203.0.113.4"));
    }

    @Test
    @DisplayName("get one batch in, however many of them they begin at once")
    void batchesAtOnce() throws IOException {
        String batch = "{\"orders\":[{},{},{},{},{},{},{},{},{},{}]}";
        List<RawHttp> open = new ArrayList<>();
        // whoever asks whether to go on is told so, and learns what is missing with his body
        missing = null;
        try {
            for (int i = 0; i < 4; i++) {
                RawHttp raw = new RawHttp(web.port());
                open.add(raw);
                raw.send("POST /orders/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Expect: 100-continue\r\nContent-Length: " + batch.length() + "\r\n\r\n");
                assertTrue(raw.head().startsWith("HTTP/1.1 100 "), "let in by its headers");
            }
            missing = "not yet";
            assertTrue(open.get(0).send(batch).head().startsWith("HTTP/1.1 503 "), "as far as the orders");
            for (RawHttp late : open.subList(1, 4)) {
                String refused = late.send(batch).head();
                assertTrue(refused.startsWith("HTTP/1.1 429 "), refused);
                // thirteen of two a second, of which four were there, and one for the next
                assertTrue(refused.toLowerCase(Locale.ROOT).contains("\nretry-after: 5\r"), refused);
            }
            assertEquals(3, limit.refused());
        } finally {
            for (RawHttp raw : open) {
                raw.close();
            }
        }
    }

    @Test
    @DisplayName("pay for each order of a batch")
    void batches() throws IOException {
        String batch = "{\"orders\":[{},{},{},{},{},{},{},{},{},{}]}";
        String[] headers = {
            "X-Forwarded-For: 203.0.113.9", "Content-Type: application/json", "Content-Length: " + batch.length()
        };
        assertStatus(503, ask("POST /orders/batch", batch, headers));
        String refused = ask("POST /orders/batch", batch, headers);
        assertStatus(429, refused);
        // ten of two a second, of which four were there
        assertTrue(refused.contains("\nretry-after: 4\r"), refused);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(3_500));
        assertStatus(503, ask("POST /orders/batch", batch, headers));
    }
}
