package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.DeadLetter;
import io.orderflow.OrderRequest;
import io.orderflow.examples.common.LetterMaker;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
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

@DisplayName("Dead letters over HTTP")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LetterHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String NOBODY = "00".repeat(32);

    private final OrderRequest request = LetterMaker.request();
    private List<DeadLetter> letters;
    private ServedShop served;
    private ShopClient client;

    @BeforeAll
    void start() throws InterruptedException {
        served = ServedShop.start(
                new ShopSeed(1, 1, 1, 1),
                pool -> letters = LetterMaker.make(pool, request, "no frame".getBytes(StandardCharsets.UTF_8)));
        client = served.client();
    }

    @AfterAll
    void stop() {
        served.close();
    }

    @Test
    @DisplayName("are shown, brought back and discarded")
    void all() throws Exception {
        String noise = letters.get(0).id();
        String poison = letters.get(1).id();
        JsonNode listed = client.get("/dead-letters").json().path("deadLetters");
        assertEquals(noise, listed.at("/0/id").asText(), listed::toString);
        assertEquals("POISON", listed.at("/1/reason").asText());
        Answer page = client.get("/dead-letters?limit=1");
        Answer rest = client.get("/dead-letters?after=" + page.text("next"));
        assertEquals(poison, rest.json().at("/deadLetters/0/id").asText());
        assertEquals(1, count("?reason=poison&reason=CONFLICT"));
        assertEquals(1, count("?order=" + request.id()));
        assertEquals(0, count("?before=2020-01-01T00:00:00Z"));
        assertEquals(2, count("?from=2020-01-01T00:00:00Z"));

        Answer opened = client.get("/dead-letters/" + poison);
        assertEquals(200, opened.status(), opened::toString);
        assertTrue(opened.text("bytes").startsWith("4f4601"), opened::toString);
        assertEquals("aGVsbG8=", opened.json().at("/contents/0/hostData").asText());
        assertEquals("PARKED", opened.json().at("/order/status").asText());
        assertEquals("6e6f206672616d65", client.get("/dead-letters/" + noise).text("bytes"));

        refused("PARKED", client.send("DELETE", "/dead-letters/" + poison, ""));
        refused("NO_ORDER", client.send("POST", "/dead-letters/" + noise + "/redrive", ""));
        Answer redriven = client.send("POST", "/dead-letters/" + poison + "/redrive", "");
        assertEquals(202, redriven.status(), redriven::toString);
        assertEquals("/orders/" + request.id(), redriven.header("Location").orElse(""));
        assertEquals(request.id().toString(), redriven.text("orderId"));
        Eventually.await("the order is decided", BOUND, () -> status().equals("COMPLETED"), () -> status());
        assertEquals(
                404,
                client.send("POST", "/dead-letters/" + poison + "/redrive", "").status());
        Answer discarded = client.send("DELETE", "/dead-letters/" + noise, "");
        assertEquals(200, discarded.status(), discarded::toString);
        assertEquals("DONE", discarded.text("result"));
        assertEquals(404, client.send("DELETE", "/dead-letters/" + noise, "").status());
        assertEquals(404, client.get("/dead-letters/" + noise).status());
        assertEquals(0, count(""));
    }

    private String status() {
        try {
            return client.get("/orders/" + request.id()).text("status");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private int count(String query) throws Exception {
        Answer answer = client.get("/dead-letters" + query);
        assertEquals(200, answer.status(), answer::toString);
        return answer.json().path("deadLetters").size();
    }

    private static void refused(String refusal, Answer answer) {
        assertEquals(409, answer.status(), answer::toString);
        assertEquals("urn:orderflow:problem:dead-letter-refused", answer.text("type"));
        assertEquals(refusal, answer.text("refusal"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /dead-letters/xyz, 400, id",
        "GET, /dead-letters?limit=0, 400, limit",
        "GET, /dead-letters?limit=501, 400, limit",
        "GET, /dead-letters?after=x, 400, after",
        "GET, /dead-letters?reason=BAD, 400, reason",
        "GET, /dead-letters?limit=1&limit=2, 400, limit",
        "GET, /dead-letters?from=yesterday, 400, from",
        "GET, /dead-letters?from=2026-01-02T00:00:00Z&before=2026-01-01T00:00:00Z, 400, before",
        "GET, /dead-letters?order=1, 400, order",
        "GET, /dead-letters?limit=5&reasons=POISON, 400, reasons",
        "POST, /dead-letters/xyz/redrive, 400, id",
        "DELETE, /dead-letters/xyz, 400, id",
        "PUT, /dead-letters, 405, ''"
    })
    @DisplayName("are refused with the field that is wrong")
    void wrong(String method, String path, int status, String field) throws Exception {
        Answer answer = client.send(method, path, "");
        assertEquals(status, answer.status(), answer::toString);
        assertEquals(field, answer.text("field"));
        assertEquals(404, client.get("/dead-letters/" + NOBODY).status());
    }
}
