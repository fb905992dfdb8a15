package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.samples.Documents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The HTTP application")
class ServeHttpTest extends ServedTests {
    /** Those that docs/programs.md explains, and the one of RFC 9457 for a problem that is no more than its status. */
    private static final Set<String> TYPES = Documents.tableAfter("<!-- checked: Problem -->").stream()
            .map(cells -> cells.get(2).replace("`", ""))
            .collect(Collectors.toSet());

    private static final String GOOD = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2,\"unitPrice\":100}]}";
    private static final String INTEGER = "must be an integer without fraction, exponent or quotes";
    private static final String PAYMENT = "must be WALLET or EXTERNAL";

    private static void assertProblem(int status, Answer answer) {
        assertAll(
                answer::toString,
                () -> assertEquals(status, answer.status()),
                () -> assertEquals(status, answer.json().path("status").intValue()),
                () -> assertTrue(TYPES.contains(answer.text("type")), answer.text("type")),
                () -> assertFalse(answer.text("title").isEmpty()),
                () -> assertFalse(answer.text("detail").isEmpty()));
    }

    private static void assertInvalid(String field, String value, String rule, Answer answer) {
        assertProblem(400, answer);
        assertAll(
                answer::toString,
                () -> assertEquals(field, answer.text("field")),
                () -> assertTrue(answer.text("value").startsWith(value), value),
                () -> assertTrue(answer.text("rule").startsWith(rule), rule));
    }

    @Test
    @DisplayName("accepts an order with 202 and a place to look at, and decides it")
    void accepted() throws Exception {
        long before = get("/products/2").json().path("available").longValue();
        Answer answer =
                client.order("{\"buyer\":2,\"lines\":[{\"product\":2,\"quantity\":3}],\"hostData\":\"aGVsbG8=\"}");
        assertEquals(202, answer.status(), answer::toString);
        assertEquals("PENDING", answer.text("status"));
        String orderId = answer.text("orderId");
        assertEquals("/orders/" + orderId, answer.header("Location").orElse(""));

        Answer order = decided(orderId);
        assertAll(
                order::toString,
                () -> assertEquals(200, order.status()),
                () -> assertEquals("COMPLETED", order.text("status")),
                () -> assertEquals(2, order.json().path("buyer").longValue()),
                () -> assertEquals(
                        3 * ShopSeed.PRICE, order.json().path("total").longValue()),
                () -> assertEquals("WALLET", order.text("payment")),
                () -> assertEquals("aGVsbG8=", order.text("hostData")),
                () -> assertFalse(order.text("decidedAt").isEmpty()));
        assertEquals(before - 3, get("/products/2").json().path("available").longValue());
        assertEquals(
                MUCH - 3 * ShopSeed.PRICE,
                get("/wallets/2").json().path("balance").longValue());
    }

    @Test
    @DisplayName("takes an order that somebody else pays, of a buyer without a wallet")
    void external() throws Exception {
        String body = "{\"payment\":\"EXTERNAL\",\"buyer\":987654,\"lines\":[{\"product\":2,\"quantity\":3}]}";
        Answer answer = client.order(body, "Idempotency-Key", "\"invoice\"");
        assertEquals(202, answer.status(), answer::toString);
        Answer order = decided(answer.text("orderId"));
        assertEquals("COMPLETED", order.text("status"), order::toString);
        assertEquals("EXTERNAL", order.text("payment"), order::toString);
        assertEquals(3 * ShopSeed.PRICE, order.json().path("total").longValue());
        assertEquals(404, get("/wallets/987654").status());
        Answer other = client.order(body.replace("EXTERNAL", "WALLET"), "Idempotency-Key", "\"invoice\"");
        assertEquals(422, other.status(), other::toString);
    }

    @Test
    @DisplayName("shows of an urgent order that it is, and takes its request again as the same one")
    void urgent() throws Exception {
        String body = "{\"urgent\":true,\"buyer\":3,\"lines\":[{\"product\":2,\"quantity\":1}]}";
        Answer answer = client.order(body, "Idempotency-Key", "\"counter\"");
        assertEquals(202, answer.status(), answer::toString);
        Answer order = decided(answer.text("orderId"));
        assertEquals("COMPLETED", order.text("status"), order::toString);
        assertTrue(order.json().path("urgent").asBoolean(), order::toString);
        Answer again = client.order(body.replace("true", "false"), "Idempotency-Key", "\"counter\"");
        assertEquals(200, again.status(), again::toString);
        assertTrue(again.json().path("urgent").asBoolean(), again::toString);
        Answer other = decided(client.order(GOOD).text("orderId"));
        assertFalse(other.json().has("urgent"), other::toString);
    }

    @Test
    @DisplayName("shows why an order was rejected")
    void rejected() throws Exception {
        Answer answer = client.order("{\"buyer\":1,\"lines\":[{\"product\":777,\"quantity\":1}]}");
        Answer order = decided(answer.text("orderId"));
        assertEquals("REJECTED", order.text("status"), order::toString);
        assertEquals("UNKNOWN_PRODUCT", order.text("rejectReason"));
    }

    @Test
    @DisplayName("answers a replay with 200 and the order as it is now, with or without quotes round the key")
    void replay() throws Exception {
        Answer first = client.order(GOOD, "Idempotency-Key", "\"cart-77\"");
        assertEquals(202, first.status(), first::toString);
        decided(first.text("orderId"));
        for (String spelling : List.of("\"cart-77\"", "cart-77", " \"cart-77\" ")) {
            Answer replay = client.order(GOOD, "Idempotency-Key", spelling);
            assertEquals(200, replay.status(), replay::toString);
            assertEquals(first.text("orderId"), replay.text("orderId"));
            assertEquals("COMPLETED", replay.text("status"));
            assertEquals(first.header("Location"), replay.header("Location"));
        }
    }

    @Test
    @DisplayName("answers the same key with another body with 422, and keeps the first order")
    void keyReused() throws Exception {
        Answer first = client.order(GOOD, "Idempotency-Key", "\"reused\"");
        Answer other = client.order(GOOD.replace("\"quantity\":2", "\"quantity\":3"), "Idempotency-Key", "\"reused\"");
        assertProblem(422, other);
        assertEquals(first.text("orderId"), other.text("orderId"));
        assertEquals(
                2, decided(first.text("orderId")).json().at("/lines/0/quantity").intValue());
    }

    @Test
    @DisplayName("gives the same key of two buyers to two orders")
    void keyOfTwoBuyers() throws Exception {
        Answer one = client.order(GOOD, "Idempotency-Key", "\"shared\"");
        Answer two = client.order(GOOD.replace("\"buyer\":1", "\"buyer\":3"), "Idempotency-Key", "\"shared\"");
        assertEquals(202, one.status(), one::toString);
        assertEquals(202, two.status(), two::toString);
        assertFalse(one.text("orderId").equals(two.text("orderId")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a", "a\"", "\"a\";p=1", "\"a\", \"b\"", "a b", "\"\\x\"", "é"})
    @DisplayName("refuses an idempotency key that is not one string")
    void badKey(String key) throws Exception {
        assertInvalid(
                "Idempotency-Key", "", "must be one string in quotes", client.order(GOOD, "Idempotency-Key", key));
    }

    @Test
    @DisplayName("refuses an idempotency key that is too long, and two of them")
    void badKeys() throws Exception {
        String rule = "must be one string in quotes";
        assertInvalid("Idempotency-Key", "kkk", rule, client.order(GOOD, "Idempotency-Key", "k".repeat(256)));
        assertInvalid(
                "Idempotency-Key", "a, b", rule, client.order(GOOD, "Idempotency-Key", "a", "Idempotency-Key", "b"));
    }

    static Stream<Arguments> badBodies() {
        String json = "must be one JSON object";
        String base64 = "must be a string in base64";
        return Stream.of(
                arguments("", "body", "nothing", "must be a JSON object"),
                arguments("   ", "body", "nothing", "must be a JSON object"),
                arguments("null", "body", "null", "must be an object"),
                arguments("[]", "body", "[]", "must be an object"),
                arguments("\"text\"", "body", "\"text\"", "must be an object"),
                arguments("{", "body", "{", json),
                arguments("{\"buyer\":1,}", "body", "{", json),
                arguments("{'buyer':1}", "body", "{'buyer'", json),
                arguments("{\"buyer\":NaN}", "body", "{", json),
                arguments("{\"buyer\":01}", "body", "{", json),
                arguments(GOOD + "x", "body", "{", json),
                arguments(GOOD + GOOD, "body", "{", json),
                arguments("// no comments\n" + GOOD, "body", "//", json),
                arguments("\uFEFF" + GOOD, "body", "", json),
                arguments("{\"buyer\":1,\"buyer\":1}", "body", "{", json),
                arguments("{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1,\"quantity\":2}]}", "body", "{", json),
                arguments("[".repeat(10_000), "body", "[[[", json),
                arguments("{\"a\":".repeat(2_000), "body", "{", json),
                arguments("{\"buyer\":" + "9".repeat(5_000) + "}", "body", "{", json),
                arguments("{\"lines\":[{\"product\":1,\"quantity\":1}]}", "buyer", "nothing", "must be given"),
                arguments("{\"buyer\":null}", "buyer", "null", INTEGER),
                arguments("{\"buyer\":\"1\"}", "buyer", "\"1\"", INTEGER),
                arguments("{\"buyer\":true}", "buyer", "true", INTEGER),
                arguments("{\"buyer\":1.0}", "buyer", "1.0", INTEGER),
                arguments("{\"buyer\":1e3}", "buyer", "1000", INTEGER),
                arguments("{\"buyer\":-1}", "buyer", "-1", "must be >= 0"),
                arguments("{\"buyer\":9223372036854775808}", "buyer", "9223372036854775808", "must fit 64 bits"),
                arguments("{\"buyer\":-9223372036854775809}", "buyer", "-9223372036854775809", "must fit 64 bits"),
                arguments("{\"buyer\":1}", "lines", "nothing", "must be given"),
                arguments("{\"buyer\":1,\"lines\":{}}", "lines", "{}", "must be an array"),
                arguments("{\"buyer\":1,\"lines\":[]}", "lines", "0", "must have between 1 and 100 entries"),
                arguments(lines(101), "lines", "101", "must have between 1 and 100 entries"),
                arguments("{\"buyer\":1,\"lines\":[1]}", "lines[0]", "1", "must be an object"),
                arguments(
                        "{\"buyer\":1,\"Lines\":[]}",
                        "Lines",
                        "[]",
                        "is unknown; the fields are buyer, holdFor, hostData, lines, payment, urgent"),
                arguments("{\"buyer\":1,\"urgent\":1}", "urgent", "1", "must be true or false"),
                arguments("{\"buyer\":1,\"urgent\":null}", "urgent", "null", "must be true or false"),
                arguments("{\"buyer\":1,\"urgent\":\"true\"}", "urgent", "\"true\"", "must be true or false"),
                arguments(
                        "{\"buyer\":1,\"" + "f".repeat(500) + "\":1}",
                        "f".repeat(60) + "... (500 characters)",
                        "1",
                        "is unknown"),
                arguments(line("{}"), "lines[0].product", "nothing", "must be given"),
                arguments(line("{\"product\":1}"), "lines[0].quantity", "nothing", "must be given"),
                arguments(line("{\"product\":-1,\"quantity\":1}"), "lines[0].product", "-1", "must be >= 0"),
                arguments(
                        line("{\"product\":1,\"quantity\":0}"),
                        "lines[0].quantity",
                        "0",
                        "must be between 1 and 1000000"),
                arguments(
                        line("{\"product\":1,\"quantity\":4294967297}"),
                        "lines[0].quantity",
                        "4294967297",
                        "must be between 1 and 1000000"),
                arguments(line("{\"product\":1,\"quantity\":1.5}"), "lines[0].quantity", "1.5", INTEGER),
                arguments(
                        line("{\"product\":1,\"quantity\":1,\"unitPrice\":-1}"),
                        "lines[0].unitPrice",
                        "-1",
                        "must be between 0"),
                arguments(
                        line("{\"product\":1,\"quantity\":1,\"unitPrice\":null}"),
                        "lines[0].unitPrice",
                        "null",
                        INTEGER),
                arguments(
                        line("{\"product\":1,\"quantity\":1000000,\"unitPrice\":1000000000000000}"),
                        "lines[0].unitPrice",
                        "1000000000000000",
                        "must keep the order's total"),
                arguments(line("{\"product\":1,\"quantity\":1,\"price\":1}"), "lines[0].price", "1", "is unknown"),
                arguments(
                        "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1},{\"product\":1,\"quantity\":-7}]}",
                        "lines[1].quantity",
                        "-7",
                        "must be between 1 and 1000000"),
                arguments(payment("7"), "payment", "7", PAYMENT),
                arguments(payment("null"), "payment", "null", PAYMENT),
                arguments(payment("\"external\""), "payment", "\"external\"", PAYMENT),
                arguments(payment("\"CASH\""), "payment", "\"CASH\"", PAYMENT),
                arguments(hostData("7"), "hostData", "7", base64),
                arguments(hostData("\"%%\""), "hostData", "\"%%\"", base64),
                arguments(
                        hostData("\"" + "A".repeat(1_368) + "\""),
                        "hostData",
                        "1026 bytes",
                        "must be at most 1024 bytes"));
    }

    private static String line(String line) {
        return "{\"buyer\":1,\"lines\":[" + line + "]}";
    }

    private static String lines(int count) {
        return line(String.join(",", java.util.Collections.nCopies(count, "{\"product\":1,\"quantity\":1}")));
    }

    private static String payment(String value) {
        return with("payment", value);
    }

    private static String hostData(String value) {
        return with("hostData", value);
    }

    private static String with(String field, String value) {
        return GOOD.substring(0, GOOD.length() - 1) + ",\"" + field + "\":" + value + "}";
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    @DisplayName("refuses a bad body with 400, and names the field, the value and the rule")
    void badBody(String body, String field, String value, String rule) throws Exception {
        assertInvalid(field, value, rule, client.order(body));
    }

    @Test
    @DisplayName("refuses bytes that are not UTF-8, also where they are JSON in another encoding")
    void notUtf8() throws Exception {
        String rule = "must be UTF-8";
        assertInvalid("body", "1 bytes", rule, client.order(new byte[] {(byte) 0xff}));
        byte[] latin1 = "{\"é\":1}".getBytes(StandardCharsets.ISO_8859_1);
        assertInvalid("body", latin1.length + " bytes", rule, client.order(latin1));
        // without its mark, UTF-16 of plain letters is valid UTF-8 with zero bytes in it
        assertInvalid("body", "", "must be one JSON object", client.order(GOOD.getBytes(StandardCharsets.UTF_16LE)));
        assertInvalid("body", "", rule, client.order(GOOD.getBytes(StandardCharsets.UTF_16)));
    }

    @Test
    @DisplayName("accepts the largest order there is")
    void largest() throws Exception {
        String longest = "{\"product\":9223372036854775807,\"quantity\":1000000,\"unitPrice\":10000000}";
        String lines = line(String.join(",", java.util.Collections.nCopies(100, longest)));
        String body = lines.substring(0, lines.length() - 1) + ",\"hostData\":\"" + "A".repeat(1_364) + "\"}";
        Answer answer = client.order(body, "Idempotency-Key", "\"" + "k".repeat(255) + "\"");
        assertEquals(202, answer.status(), answer::toString);
        assertEquals("UNKNOWN_PRODUCT", decided(answer.text("orderId")).text("rejectReason"));
    }

    @Test
    @DisplayName("refuses a body above 64 KiB with 413, announced or not")
    void tooLarge() throws Exception {
        byte[] body = " ".repeat(OrderRoutes.LARGEST_BODY + 1).getBytes(StandardCharsets.UTF_8);
        assertProblem(413, client.order(body));
        assertProblem(413, client.orderInChunks(body));
        byte[] padded = (" ".repeat(OrderRoutes.LARGEST_BODY - GOOD.length()) + GOOD).getBytes(StandardCharsets.UTF_8);
        assertEquals(202, client.orderInChunks(padded).status(), "the largest body that is not too large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/json; charset=utf-16",
                "application/jsonx",
                "application/x-www-form-urlencoded"
            })
    @DisplayName("refuses another media type with 415")
    void mediaType(String type) throws Exception {
        assertProblem(415, client.send("POST", "/orders", GOOD, "Content-Type", type));
    }

    @Test
    @DisplayName("refuses a missing media type and a packed body with 415, and takes JSON that says UTF-8")
    void mediaTypes() throws Exception {
        assertProblem(415, client.send("POST", "/orders", GOOD));
        assertProblem(415, client.order(GOOD, "Content-Encoding", "gzip"));
        Answer utf8 = client.send("POST", "/orders", GOOD, "Content-Type", "application/json; charset=UTF-8");
        assertEquals(202, utf8.status(), utf8::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/order", "/orders/1/lines", "/products/999999", "/wallets/999999"})
    @DisplayName("answers 404 for what is not there")
    void notFound(String path) {
        assertProblem(404, get(path));
    }

    @Test
    @DisplayName("answers 404 for an order that is not there")
    void noSuchOrder() {
        assertProblem(404, get("/orders/" + UUID.randomUUID()));
    }

    @ParameterizedTest
    @CsvSource({
        "/health/live, 200",
        "/health/ready, 200",
        "/products/1, 200",
        "/products/999, 404",
        "/orders?buyer=1, 200"
    })
    @DisplayName("answers HEAD like GET, without the content")
    void headIsGetWithoutContent(String path, int status) throws Exception {
        Answer answer = client.send("HEAD", path, "");
        assertEquals(status, answer.status());
        assertEquals("", answer.response().body());
    }

    @ParameterizedTest
    @CsvSource({"PUT, /orders, POST", "DELETE, /orders, POST", "POST, /products/1, GET", "PATCH, /wallets/1, GET"})
    @DisplayName("answers 405 for another method and names those that are allowed")
    void methodNotAllowed(String method, String path, String allowed) throws Exception {
        Answer answer = client.send(method, path, "");
        assertProblem(405, answer);
        assertTrue(answer.header("Allow").orElse("").contains(allowed), answer::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "/orders/1-1-1-1-1, orderId",
        "/orders/x, orderId",
        "/products/-1, product",
        "/products/x, product",
        "/products/9223372036854775808, product",
        "/wallets/1.5, buyer",
        "/wallets/+1, buyer",
        "/orders, buyer",
        "/orders?buyer=x, buyer",
        "/orders?buyer=1&buyer=2, buyer",
        "/orders?buyer=1&limit=2&limit=2, limit",
        "/orders?buyer=1&limit=0, limit",
        "/orders?buyer=1&limit=501, limit",
        "/orders?buyer=1&after=nonsense, after"
    })
    @DisplayName("refuses a bad path or query with 400 and names the field")
    void badPath(String path, String field) {
        assertInvalid(field, "", "must be", get(path));
    }

    @Test
    @DisplayName("lists a buyer's orders in pages, newest first")
    void pages() throws Exception {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(
                    0, client.order(GOOD.replace("\"buyer\":1", "\"buyer\":42")).text("orderId"));
        }
        List<String> listed = new ArrayList<>();
        Answer page = get("/orders?buyer=42&limit=2");
        while (true) {
            page.json()
                    .path("orders")
                    .forEach(order -> listed.add(order.path("orderId").asText()));
            if (!page.json().has("next")) {
                break;
            }
            page = get("/orders?buyer=42&limit=2&after=" + page.text("next"));
        }
        assertEquals(sent, listed);
    }

    @Test
    @DisplayName("refuses a parameter that it does not know, and names it")
    void unknownParameter() {
        Answer answer = get("/orders?buyer=42&limits=2");
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("limits", answer.text("field"));
    }

    @Test
    @DisplayName("says that it lives and is ready")
    void health() {
        assertEquals(200, get("/health/live").status());
        Answer ready = get("/health/ready");
        assertEquals(200, ready.status(), ready::toString);
        assertEquals("UP", ready.text("status"), ready::toString);
        JsonNode replication = ready.json().path("replication");
        assertEquals("NONE", replication.path("degree").asText(), ready::toString);
        assertEquals(List.of("degree", "onAnotherServer", "replicas", "detail", "at"), fieldsOf(replication));
    }

    private static List<String> fieldsOf(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    @DisplayName("stays up under 10,000 random bodies, and takes a good order afterwards")
    void randomBodies() throws Exception {
        long seed = System.nanoTime();
        RandomBodies bodies = new RandomBodies(new Random(seed), GOOD);
        for (int i = 0; i < 10_000; i++) {
            byte[] body = bodies.next();
            Answer answer = client.order(body);
            String what = "seed " + seed + ", body " + i + ": " + new String(body, StandardCharsets.ISO_8859_1);
            if (answer.status() != 202) {
                assertEquals(400, answer.status(), () -> what + " " + answer);
                assertTrue(
                        answer.json().has("field")
                                && answer.json().has("value")
                                && answer.json().has("rule"),
                        () -> what + " " + answer);
            }
        }
        assertEquals("COMPLETED", decided(client.order(GOOD).text("orderId")).text("status"));
    }
}
