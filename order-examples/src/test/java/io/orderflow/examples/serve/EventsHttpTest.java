package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.OrderRequest;
import io.orderflow.examples.common.LetterMaker;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What happened to orders, over HTTP")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventsHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final OrderRequest request = LetterMaker.request();
    private String letter;
    private ServedShop served;
    private ShopClient client;

    @BeforeAll
    void start() throws InterruptedException {
        served = ServedShop.start(
                new ShopSeed(1, 1, 1, 1),
                pool -> letter = LetterMaker.make(pool, request, "no frame".getBytes(StandardCharsets.UTF_8))
                        .get(1)
                        .id());
        client = served.client();
    }

    @AfterAll
    void stop() {
        served.close();
    }

    @Test
    @DisplayName("is told in its order, page by page")
    void all() throws Exception {
        assertEquals(List.of("PARKED"), types());
        assertEquals(
                202,
                client.send("POST", "/dead-letters/" + letter + "/redrive", "").status());
        List<String> expected = List.of("PARKED", "REDRIVEN", "COMPLETED");
        Eventually.await("all is told", BOUND, () -> types().equals(expected), () -> types().toString());
        JsonNode first = client.get("/events?limit=1").json();
        JsonNode parked = first.at("/events/0");
        assertEquals("POISON", parked.path("parkedFor").asText(), first::toString);
        assertEquals(request.id().toString(), parked.path("orderId").asText());
        assertEquals(request.buyer(), parked.path("buyer").asLong());
        String position = first.path("position").asText();
        assertFalse(position.isEmpty() || first.path("position").isNumber(), first::toString);
        JsonNode rest = client.get("/events?after=" + position).json();
        assertEquals(2, rest.path("events").size(), rest::toString);
        JsonNode none =
                client.get("/events?after=" + rest.path("position").asText()).json();
        assertEquals(0, none.path("events").size(), none::toString);
        assertEquals(rest.path("position"), none.path("position"));
        try (EventReaderClient stream = EventReaderClient.open(served.server().port(), "", "Last-Event-ID", position)) {
            assertEquals(200, stream.response().statusCode());
            Eventually.await("the rest is told", BOUND, () -> stream.positions().size() == 2, stream::toString);
            assertEquals(
                    List.of("data: " + rest.at("/events/0"), "data: " + rest.at("/events/1")),
                    stream.lines().stream()
                            .filter(line -> line.startsWith("data: "))
                            .toList());
            // open until the application ends, which it does without waiting for it
        }
    }

    private List<String> types() {
        try {
            List<String> types = new ArrayList<>();
            client.get("/events")
                    .json()
                    .path("events")
                    .forEach(event -> types.add(event.path("type").asText()));
            return types;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/event-stream | text/event-stream",
                "TEXT/EVENT-STREAM | text/event-stream",
                "text/html, Text/Event-Stream; q=0.9 | text/event-stream",
                "application/json, text/event-stream | text/event-stream",
                "text/event-stream;q=0 | application/json",
                "text/event-stream; Q=0.000, */* | application/json",
                "application/json, text/event-stream;q=0.5 | application/json",
                "text/event-streams | application/json"
            })
    @DisplayName("is told as a stream to whom that is no worse than JSON")
    void negotiates(String accept, String type) throws Exception {
        try (EventReaderClient reader =
                EventReaderClient.accepting(served.server().port(), accept)) {
            assertEquals(
                    type, reader.response().headers().firstValue("Content-Type").orElse("none"));
        }
    }

    @Test
    @DisplayName("is not told for a position that nothing can have yet")
    void ahead() throws Exception {
        String last = client.get("/events").text("position");
        for (String path : List.of("/events?after=", "/events?limit=1&after=")) {
            assertAhead("after", last, client.get(path + Long.MAX_VALUE));
        }
        String accept = "text/event-stream";
        assertAhead("after", last, client.send("GET", "/events?after=" + Long.MAX_VALUE, "", "Accept", accept));
        assertAhead(
                "Last-Event-ID",
                last,
                client.send("GET", "/events", "", "Accept", accept, "Last-Event-ID", "" + Long.MAX_VALUE));
        // somebody has drawn it perhaps, and not committed
        String soon = Long.toString(Long.parseLong(last) + 5_000);
        assertEquals(soon, client.get("/events?after=" + soon).text("position"));
        try (EventReaderClient stream = EventReaderClient.open(served.server().port(), "?after=" + soon)) {
            assertEquals(200, stream.response().statusCode());
        }
    }

    private static void assertAhead(String field, String newest, Answer answer) {
        assertEquals(422, answer.status(), answer::toString);
        assertEquals("urn:orderflow:problem:position-ahead", answer.text("type"));
        assertEquals(field, answer.text("field"));
        assertEquals(Long.toString(Long.MAX_VALUE), answer.text("value"));
        assertTrue(Long.parseLong(answer.text("newest")) >= Long.parseLong(newest), answer::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "after=-1, after",
        "after=x, after",
        "after=9223372036854775808, after",
        "limit=0, limit",
        "limit=501, limit"
    })
    @DisplayName("is not told for what is no position and no limit")
    void refuses(String query, String field) throws Exception {
        Answer answer = client.get("/events?" + query);
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("urn:orderflow:problem:invalid-value", answer.text("type"));
        assertEquals(field, answer.text("field"));
    }

    @ParameterizedTest
    @CsvSource({"after=-1, 1, after", "limit=1, 1, limit", "after=0, x, Last-Event-ID"})
    @DisplayName("is not told as a stream for what is no position, or to a limit")
    void refusesStreams(String query, String last, String field) throws Exception {
        Answer answer =
                client.send("GET", "/events?" + query, "", "Accept", "text/event-stream", "Last-Event-ID", last);
        assertEquals(400, answer.status(), answer::toString);
        assertEquals(field, answer.text("field"));
    }
}
