package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.serve.ShopClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A batch of orders over HTTP")
class BatchHttpTest extends ServedTests {
    private static final String GOOD = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}]}";

    private static String batch(String... orders) {
        return "{\"orders\":[" + String.join(",", orders) + "]}";
    }

    private static String batch(int orders) {
        return batch(Collections.nCopies(orders, GOOD).toArray(String[]::new));
    }

    private static String keyed(String order, String key) {
        return order.substring(0, order.length() - 1) + ",\"idempotencyKey\":\"" + key + "\"}";
    }

    private List<JsonNode> results(String... orders) throws IOException, InterruptedException {
        Answer answer = client.batch(batch(orders));
        assertEquals(207, answer.status(), answer::toString);
        List<JsonNode> results = new ArrayList<>();
        answer.json().path("results").forEach(results::add);
        assertEquals(orders.length, results.size(), answer::toString);
        return results;
    }

    private static List<Integer> statuses(List<JsonNode> results) {
        return results.stream().map(result -> result.path("status").intValue()).toList();
    }

    private static String orderId(JsonNode result) {
        return result.path("body").path("orderId").asText();
    }

    @Test
    @DisplayName("has one result for each order, in their order, and each order is decided")
    void accepted() throws Exception {
        // buyer 0 has no wallet, and the second time somebody else pays
        String[] orders = IntStream.range(0, 21)
                .mapToObj(i -> "{\"lines\":[{\"product\":1,\"quantity\":1}],\"hostData\":\"aGVsbG8=\",\"buyer\":"
                        + i % 20 + (i < 20 ? "}" : ",\"payment\":\"EXTERNAL\"}"))
                .toArray(String[]::new);
        List<JsonNode> results = results(orders);
        for (int i = 0; i < results.size(); i++) {
            JsonNode result = results.get(i);
            assertEquals(202, result.path("status").intValue(), result::toString);
            assertEquals("PENDING", result.path("body").path("status").asText(), result::toString);
            assertEquals(
                    i == 0 ? "REJECTED" : "COMPLETED", decided(orderId(result)).text("status"));
            Answer order = client.get("/orders/" + orderId(result));
            assertEquals(i % 20, order.json().path("buyer").intValue(), order::toString);
        }
    }

    @Test
    @DisplayName("takes as many orders as it may have")
    void most() throws Exception {
        Answer answer = client.batch(batch(BatchBody.ORDERS));
        assertEquals(207, answer.status(), answer::toString);
        assertEquals(BatchBody.ORDERS, answer.json().path("results").size());
        answer.json()
                .path("results")
                .forEach(result -> assertEquals(202, result.path("status").intValue()));
        assertTrue(answer.header("Retry-After").isEmpty(), answer::toString);
    }

    static Stream<Arguments> badOrders() {
        return Stream.of(
                arguments("null", "order", "null", "must be an object"),
                arguments("[[1],{\"a\":[]}]", "order", "[[1]", "must be an object"),
                arguments("7", "order", "7", "must be an object"),
                arguments("{}", "buyer", "nothing", "must be given"),
                arguments("{\"buyer\":{\"a\":{\"b\":[{}]}},\"lines\":[]}", "buyer", "{\"a\"", "must be an integer"),
                arguments("{\"buyer\":\"1\"}", "buyer", "\"1\"", "must be an integer"),
                arguments("{\"buyer\":1}", "lines", "nothing", "must be given"),
                arguments("{\"buyer\":1,\"lines\":[]}", "lines", "0", "must have between 1 and 100"),
                arguments("{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":0}]}", "lines[0].quantity", "0", "must"),
                arguments(
                        "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1,\"x\":{}}],\"y\":[{}]}",
                        "lines[0].x",
                        "{}",
                        "is unknown; the fields are product, quantity, unitPrice"),
                arguments(
                        "{\"buyer\":1,\"y\":[{}]}",
                        "y",
                        "[{}]",
                        "is unknown; the fields are buyer, holdFor, hostData, idempotencyKey, lines, payment, urgent"),
                arguments("{\"buyer\":1,\"buyer\":2}", "buyer", "2", "must be there once"),
                arguments(
                        "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1,\"quantity\":2}]}",
                        "lines[0].quantity",
                        "2",
                        "must be there once"),
                arguments("{\"payment\":\"CASH\"}", "payment", "\"CASH\"", "must be WALLET or EXTERNAL"),
                arguments("{\"payment\":\"WALLET\",\"payment\":7}", "payment", "7", "must be there once"),
                arguments("{\"hostData\":\"%\"}", "hostData", "\"%\"", "must be a string in base64"),
                arguments("{\"idempotencyKey\":7}", "idempotencyKey", "7", "must be a string of 1 to 255"),
                arguments(keyed(GOOD, ""), "idempotencyKey", "\"\"", "must be a string of 1 to 255"),
                arguments(keyed(GOOD, "\u00e9"), "idempotencyKey", "\"\u00e9\"", "must be a string of 1 to 255"),
                arguments(keyed(GOOD, "k".repeat(256)), "idempotencyKey", "\"kkk", "must be a string of 1 to 255"),
                arguments(keyed(keyed(GOOD, "a"), "a"), "idempotencyKey", "\"a\"", "must be there once"));
    }

    @ParameterizedTest
    @MethodSource("badOrders")
    @DisplayName("has a bad order that spoils itself alone")
    void badOrder(String order, String field, String value, String rule) throws Exception {
        List<JsonNode> results = results(GOOD, order, GOOD);
        assertEquals(List.of(202, 400, 202), statuses(results), results::toString);
        JsonNode problem = results.get(1).path("body");
        assertAll(
                problem::toString,
                () -> assertEquals(400, problem.path("status").intValue()),
                () -> assertEquals(
                        "urn:orderflow:problem:invalid-value",
                        problem.path("type").asText()),
                () -> assertEquals(field, problem.path("field").asText()),
                () -> assertTrue(problem.path("value").asText().startsWith(value)),
                () -> assertTrue(problem.path("rule").asText().startsWith(rule)));
    }

    static Stream<Arguments> badBodies() {
        String json = "must be one JSON object";
        return Stream.of(
                arguments("", "body", "nothing", "must be a JSON object"),
                arguments("[" + GOOD + "]", "body", "[", "must be an object"),
                arguments("{}", "orders", "nothing", "must be given"),
                arguments("{\"orders\":{}}", "orders", "{}", "must be an array"),
                arguments(batch(), "orders", "0", "must have between 1 and 500 entries"),
                arguments(batch(501), "orders", "more than 500", "must have between 1 and 500 entries"),
                arguments("{\"orders\":[" + GOOD + "],\"wait\":1}", "wait", "1", "is unknown; the field is orders"),
                arguments("{\"orders\":[" + GOOD + "],\"orders\":[]}", "body", "{", json),
                arguments(batch(GOOD, "{\"buyer\":x}"), "body", "{", json),
                arguments(batch(GOOD) + batch(GOOD), "body", "{", json),
                arguments("{\"orders\":[" + GOOD, "body", "{", json),
                arguments("{\"orders\":[{\"buyer\":[1", "body", "{", json),
                arguments(batch(GOOD, "[".repeat(100)), "body", "{", json),
                arguments(batch(GOOD, "{\"buyer\":" + "9".repeat(100) + "}"), "body", "{", json));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    @DisplayName("is refused as a whole where it is no batch, and none of its orders is taken")
    void badBody(String body, String field, String value, String rule) throws Exception {
        Answer answer = client.batch(body.replace("\"buyer\":1", "\"buyer\":49"));
        assertAll(
                answer::toString,
                () -> assertEquals(400, answer.status()),
                () -> assertEquals(field, answer.text("field")),
                () -> assertTrue(answer.text("value").startsWith(value)),
                () -> assertTrue(answer.text("rule").startsWith(rule)));
        Answer none = client.get("/orders?buyer=49");
        assertEquals(0, none.json().path("orders").size(), none::toString);
    }

    @Test
    @DisplayName("has the same order twice: it counts once, and the later one is told that it is a replay")
    void sameKey() throws Exception {
        List<JsonNode> results = results(keyed(GOOD, "twice"), keyed(GOOD, "other"), keyed(GOOD, "twice"));
        assertEquals(List.of(202, 202, 200), statuses(results), results::toString);
        assertEquals(orderId(results.get(0)), orderId(results.get(2)));
        assertTrue(results.get(2).path("replayed").booleanValue(), results::toString);
        assertTrue(results.get(0).path("replayed").isMissingNode(), results::toString);
        assertEquals(1, results.get(2).path("body").path("buyer").intValue(), results::toString);
    }

    @Test
    @DisplayName("has one key for two contents: the first counts, the second is a conflict")
    void keyReused() throws Exception {
        String other = GOOD.replace("\"quantity\":2", "\"quantity\":3");
        List<JsonNode> results = results(keyed(GOOD, "reused"), keyed(other, "reused"));
        assertEquals(List.of(202, 422), statuses(results), results::toString);
        JsonNode problem = results.get(1).path("body");
        assertEquals("urn:orderflow:problem:key-reused", problem.path("type").asText());
        assertEquals(orderId(results.get(0)), problem.path("orderId").asText());
    }

    @Test
    @DisplayName("has keys that mean the same as the header of a single order")
    void keysOfSingleOrders() throws Exception {
        Answer single = client.order(GOOD, "Idempotency-Key", "\"a \\\" key\"");
        assertEquals(202, single.status(), single::toString);
        JsonNode replay = results(keyed(GOOD, "a \\\" key")).get(0);
        assertEquals(200, replay.path("status").intValue(), replay::toString);
        assertEquals(single.text("orderId"), orderId(replay));

        JsonNode first = results(keyed(GOOD, "of-a-batch")).get(0);
        Answer again = client.order(GOOD, "Idempotency-Key", "of-a-batch");
        assertEquals(200, again.status(), again::toString);
        assertEquals(orderId(first), again.text("orderId"));
    }

    @Test
    @DisplayName("has no key of its own")
    void noKeyOfTheBatch() throws Exception {
        Answer answer = client.batch(batch(GOOD), "Idempotency-Key", "\"a\"");
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("Idempotency-Key", answer.text("field"));
    }

    @Test
    @DisplayName("is refused above 1 MiB with 413, announced or not, and taken below")
    void tooLarge() throws Exception {
        String spaces = " ".repeat(BatchRoute.LARGEST_BODY - batch(GOOD).length());
        String largest = spaces + batch(GOOD);
        assertEquals(413, client.batch(largest + " ").status());
        assertEquals(413, inChunks(largest + " ").status());
        assertEquals(207, client.batch(largest).status());
        assertEquals(207, inChunks(largest).status());
    }

    private Answer inChunks(String body) throws IOException, InterruptedException {
        return client.inChunks(BatchRoute.PATH, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json; charset=utf-16"})
    @DisplayName("is refused in another media type with 415")
    void mediaType(String type) throws Exception {
        Answer answer = client.send("POST", BatchRoute.PATH, batch(GOOD), "Content-Type", type);
        assertEquals(415, answer.status(), answer::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "GET", "OPTIONS"})
    @DisplayName("is posted: other methods are told so, and that it is no order")
    void methodNotAllowed(String method) throws Exception {
        Answer answer = client.send(method, BatchRoute.PATH, batch(GOOD));
        assertEquals(405, answer.status(), answer::toString);
        assertEquals("POST", answer.header("Allow").orElse(""), answer::toString);
    }

    @Test
    @DisplayName("survives 2,000 random batches, and good orders among them are taken")
    void randomBodies() throws Exception {
        long seed = System.nanoTime();
        RandomBodies bodies = new RandomBodies(new Random(seed), batch(GOOD, keyed(GOOD, "k"), GOOD));
        for (int i = 0; i < 2_000; i++) {
            String body = new String(bodies.next(), StandardCharsets.ISO_8859_1);
            Answer answer = client.batch(body);
            String what = "seed " + seed + ", body " + i + ": " + body + " " + answer;
            assertTrue(answer.status() == 207 || answer.status() == 400, what);
            assertFalse(answer.json().path("results").isEmpty() == (answer.status() == 207), what);
        }
        assertEquals("COMPLETED", decided(orderId(results(GOOD).get(0))).text("status"));
    }
}
