package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.DeadLetter;
import io.orderflow.OrderRequest;
import io.orderflow.examples.common.LetterMaker;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.page.PageConfig;
import io.orderflow.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The live page over HTTP")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String LOOK = "look-look-look-look";
    private static final String ACT = "act-act-act-act-act";
    private static final String GOOD = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1}]}";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final OrderRequest parked = LetterMaker.request();
    private List<DeadLetter> letters;
    private ServedShop served;
    private String base;

    @BeforeAll
    void start() throws InterruptedException {
        served = ServedShop.start(
                new ShopSeed(1, 100, 1, 100_000),
                pool -> letters = LetterMaker.make(pool, parked, "no frame".getBytes(StandardCharsets.UTF_8)),
                PageConfig.builder().lookToken(LOOK).actToken(ACT).build());
        base = "http://127.0.0.1:" + served.server().port();
    }

    @AfterAll
    void stop() {
        served.close();
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(BOUND);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> act(String what, String token, String form) throws IOException, InterruptedException {
        return send(request("/page/" + what, token)
                .header("X-Orderflow-Page", "1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    private static String by(String name) {
        return "by=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private JsonNode find(String query) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request("/page/find?" + query, LOOK));
        return MAPPER.readTree(response.body());
    }

    /** The first state that the stream brings to somebody who comes now. */
    private JsonNode state() throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(request("/page/stream", LOOK).build(), BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        assertEquals(
                "text/event-stream",
                response.headers().firstValue("Content-Type").orElse(""));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertEquals("event: you", lines.readLine());
            assertTrue(lines.readLine().startsWith("data: {\"mayAct\":false,"));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("event: state")) {
                    return MAPPER.readTree(lines.readLine().substring("data: ".length()));
                }
            }
        }
        throw new AssertionError("the stream ended without a state");
    }

    @Test
    @DisplayName("is one document that allows its own script and style, and nothing from elsewhere")
    void document() throws Exception {
        HttpResponse<String> page = send(request("/", ""));
        assertEquals(200, page.statusCode());
        assertEquals(
                "text/html; charset=utf-8",
                page.headers().firstValue("Content-Type").orElse(""));
        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.startsWith("default-src 'none'; base-uri 'none';"), policy);
        assertTrue(policy.contains("connect-src 'self'; img-src data:; style-src 'sha256-"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        String html = page.body().replaceAll("data:image/svg[^\"]*", "");
        assertFalse(html.contains("http:")
                || html.contains("https:")
                || html.contains(" src=")
                || html.contains("@import"));
        HttpResponse<String> head = send(request("/", "").method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals(405, send(request("/", "").POST(BodyPublishers.noBody())).statusCode());
        assertEquals(404, send(request("/page/other", ACT)).statusCode());
        HttpRequest.Builder headOfStream = request("/page/stream", LOOK).method("HEAD", BodyPublishers.noBody());
        assertEquals(405, send(headOfStream).statusCode());
    }

    @Test
    @DisplayName("shows throughput, verdicts, health, workers, orders and dead letters of the database")
    void shows() throws Exception {
        String id = served.client().order(GOOD).text("orderId");
        Eventually.await(
                "the order is decided",
                BOUND,
                () -> text("/orders/" + id).contains("COMPLETED"),
                () -> text("/orders/" + id));
        JsonNode state = state();
        assertEquals(id, state.at("/orders/0/id").asText(), state::toString);
        assertEquals("COMPLETED", state.at("/orders/0/status").asText());
        assertTrue(state.at("/database/words").asText().startsWith("answers, "), state::toString);
        assertEquals("memory", state.at("/queue/name").asText());
        assertEquals("UP", state.at("/workers/0/status").asText());
        assertFalse(state.at("/workers/0/lastCommit").isMissingNode(), state::toString);
        assertTrue(state.at("/backlog").isNumber(), state::toString);
        assertTrue(
                state.at("/latency/accept/p99").isNumber()
                        && state.at("/holds/minute").isNumber(),
                state::toString);
        assertFalse(state.at("/pause").isMissingNode());
    }

    private String text(String path) {
        try {
            return served.client().get(path).json().toString();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    @Test
    @DisplayName("finds an order by id, by its first digits and by its buyer, with its whole life")
    void finds() throws Exception {
        String id = served.client().order(GOOD).text("orderId");
        Eventually.await(
                "the order is decided",
                BOUND,
                () -> text("/orders/" + id).contains("COMPLETED"),
                () -> text("/orders/" + id));
        JsonNode life = find("by=id&q=" + id).path("order");
        assertEquals("COMPLETED", life.at("/events/0/type").asText(), life::toString);
        assertEquals("1", life.at("/lines/0/product").asText());
        assertEquals(life, find("by=id&q=" + id.substring(0, 30)).path("order"));
        assertEquals(id, find("by=buyer&q=1").at("/orders/0/id").asText());
        assertEquals(
                "the database knows no order of this buyer",
                find("by=buyer&q=77").path("problem").asText());
        assertTrue(find("by=id&q=%20xyz").path("problem").asText().startsWith("q must be an order's id"));
        assertTrue(find("by=name&q=1").path("problem").asText().startsWith("by must be id or buyer"));
        assertTrue(find("by=id&q=1234&q=5678").path("problem").asText().startsWith("q must be there once"));
    }

    @Test
    @DisplayName("pauses and resumes deciding, redrives and discards; the database says so, with who asked for it")
    void acts() throws Exception {
        JsonNode life = find("by=id&q=" + parked.id()).path("order");
        assertEquals("PARKED", life.path("status").asText(), life::toString);
        assertEquals("PARKED", life.at("/events/0/type").asText(), life::toString);
        assertEquals("POISON", life.at("/letters/0/reason").asText());
        assertEquals("PARKED", life.at("/waits/place").asText());
        assertEquals(5, life.path("hostData").asInt());

        assertEquals(200, act("pause", ACT, by("Anna Bär") + "&reason=a+price").statusCode());
        JsonNode pause = MAPPER.readTree(send(request("/deciding", LOOK)).body());
        assertEquals("Anna Bär (page, from 127.0.0.1)", pause.path("by").asText(), pause::toString);
        assertEquals("a price", pause.path("reason").asText());
        assertEquals("a price", state().at("/pause/reason").asText());
        assertEquals(409, act("pause", ACT, by("Bob") + "&reason=another").statusCode());
        assertEquals(200, act("resume", ACT, by("Bob")).statusCode());
        assertEquals("{\"paused\":false}", send(request("/deciding", LOOK)).body());

        String noise = letters.get(0).id();
        String poison = letters.get(1).id();
        HttpResponse<String> refused = act("discard", ACT, by("Bob") + "&id=" + poison);
        assertEquals(409, refused.statusCode(), refused::body);
        assertEquals(200, act("discard", ACT, by("Bob") + "&id=" + noise).statusCode());
        assertEquals(404, act("discard", ACT, by("Bob") + "&id=" + noise).statusCode());
        assertEquals(200, act("redrive", ACT, by("Bob") + "&id=" + poison).statusCode());
        String order = "/orders/" + parked.id();
        Eventually.await("it is decided", BOUND, () -> text(order).contains("COMPLETED"), () -> text(order));
        assertEquals(0, state().path("letterCount").asInt(-1));
    }

    @ParameterizedTest
    @CsvSource({
        "pause, by=Anna, reason must be given",
        "pause, reason=x, by must be given",
        "resume, by=a%0Ab, by must have between 1 and 100 characters",
        "redrive, by=Anna&id=xyz, id must have 64 hexadecimal digits",
        "discard, by=Anna, id must be given",
        "resume, by=%zz, the form must be encoded as forms are"
    })
    @DisplayName("refuses values that break a rule")
    void badValues(String what, String form, String problem) throws Exception {
        HttpResponse<String> response = act(what, ACT, form);
        assertEquals(400, response.statusCode(), response::body);
        assertTrue(MAPPER.readTree(response.body()).path("problem").asText().startsWith(problem), response::body);
    }

    @Test
    @DisplayName("asks for its tokens, also on the other paths that administer the shop, and not for orders")
    void tokens() throws Exception {
        assertEquals(401, send(request("/page/stream", "")).statusCode());
        assertEquals(401, send(request("/dead-letters", "")).statusCode());
        assertEquals(200, send(request("/dead-letters", LOOK)).statusCode());
        assertEquals(401, send(request("/deciding", "")).statusCode());
        String nobody = "/dead-letters/" + "00".repeat(32);
        assertEquals(401, send(request(nobody, "").DELETE()).statusCode());
        assertEquals(403, send(request(nobody, LOOK).DELETE()).statusCode());
        assertEquals(404, send(request(nobody, ACT).DELETE()).statusCode());
        assertEquals(403, act("pause", LOOK, by("Eve") + "&reason=x").statusCode());
        assertEquals(401, act("pause", "", by("Eve") + "&reason=x").statusCode());
        HttpRequest.Builder withoutHeader =
                request("/page/pause", ACT).POST(BodyPublishers.ofString(by("Eve") + "&reason=x"));
        assertEquals(403, send(withoutHeader).statusCode());
        assertEquals(405, send(request("/page/pause", ACT)).statusCode());
        assertEquals(413, act("pause", ACT, "a".repeat(9_000)).statusCode());
        assertEquals("{\"paused\":false}", send(request("/deciding", LOOK)).body());
        assertEquals(202, served.client().order(GOOD).status());
    }
}
