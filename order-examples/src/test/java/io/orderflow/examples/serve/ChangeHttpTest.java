package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Orders that are cancelled and refunded over HTTP. */
@DisplayName("The HTTP application, after an order was accepted,")
class ChangeHttpTest extends ServedTests {
    private static final String TYPES = "urn:orderflow:problem:";

    private String completed(int quantity) throws Exception {
        Answer answer = client.order("{\"buyer\":3,\"lines\":[{\"product\":3,\"quantity\":" + quantity + "}]}");
        String id = answer.text("orderId");
        assertEquals("COMPLETED", decided(id).text("status"));
        return id;
    }

    private Answer refund(String id, String key, String body) throws Exception {
        return post(id + "/refund", body, "Content-Type", "application/json", "Idempotency-Key", key);
    }

    private Answer cancel(String id, String key) throws Exception {
        return post(id + "/cancel", "", "Idempotency-Key", key);
    }

    private Answer post(String path, String body, String... headers) throws Exception {
        return client.send("POST", "/orders/" + path, body, headers);
    }

    private static void assertProblem(int status, String type, Answer answer) {
        assertEquals(status, answer.status(), answer::toString);
        assertEquals(TYPES + type, answer.text("type"), answer::toString);
    }

    @Test
    @DisplayName("gives back pieces, then the rest, each once")
    void refunds() throws Exception {
        String id = completed(3);
        long before = get("/products/3").json().path("available").longValue();
        Answer part = refund(id, "\"a\"", "{\"lines\":[{\"line\":0,\"quantity\":2}]}");
        assertEquals(200, part.status(), part::toString);
        assertEquals(2 * ShopSeed.PRICE, part.json().path("amount").longValue());
        assertEquals(before + 2, get("/products/3").json().path("available").longValue());
        assertEquals(
                2 * ShopSeed.PRICE, get("/orders/" + id).json().path("refunded").longValue());
        Answer again = refund(id, "\"a\"", "{\"restock\":true,\"lines\":[{\"quantity\":2,\"line\":0}]}");
        assertEquals("true", again.header("Idempotent-Replayed").orElse(""));
        assertEquals(part.json().path("decision"), again.json().path("decision"));
        Answer more = refund(id, "\"b\"", "{\"lines\":[{\"line\":0,\"quantity\":2}]}");
        assertProblem(409, "more-than-left", more);
        assertEquals(1, more.json().at("/left/0").intValue(), more::toString);
        assertTrue(more.json().path("left").isArray(), more::toString);
        assertProblem(422, "key-reused", refund(id, "\"a\"", "{}"));
        assertEquals(200, refund(id, "\"b\"", "{\"restock\":false}").status());
        assertEquals("REFUNDED", get("/orders/" + id).text("status"));
        assertEquals(before + 2, get("/products/3").json().path("available").longValue());
    }

    @Test
    @DisplayName("refuses to cancel what is decided, and to refund what is not completed")
    void wrongStatus() throws Exception {
        Answer late = cancel(completed(1), "\"a\"");
        assertProblem(409, "wrong-status", late);
        assertEquals("COMPLETED", late.text("orderStatus"));
        String rejected = client.order("{\"buyer\":3,\"lines\":[{\"product\":777,\"quantity\":1}]}")
                .text("orderId");
        decided(rejected);
        Answer refused = refund(rejected, "\"a\"", "{}");
        assertProblem(409, "wrong-status", refused);
        assertEquals("REJECTED", refused.text("orderStatus"));
        String unknown = UUID.randomUUID().toString();
        assertEquals(404, cancel(unknown, "\"a\"").status());
        assertEquals(404, refund(unknown, "\"a\"", "{}").status());
    }

    private String reserved() throws Exception {
        Answer answer = client.order("{\"buyer\":3,\"lines\":[{\"product\":3,\"quantity\":2}],\"holdFor\":\"PT15M\"}");
        assertEquals("RESERVED", decided(answer.text("orderId")).text("status"));
        return answer.text("orderId");
    }

    @Test
    @DisplayName("confirms what is reserved, or gives it back")
    void holds() throws Exception {
        long before = get("/products/3").json().path("available").longValue();
        String id = reserved();
        Answer order = get("/orders/" + id);
        assertEquals("PT15M", order.text("holdFor"));
        assertTrue(Instant.parse(order.text("heldUntil")).isAfter(Instant.parse(order.text("decidedAt"))));
        Answer done = post(id + "/confirm", "", "Idempotency-Key", "\"a\"");
        assertEquals(200, done.status(), done::toString);
        Answer again = post(id + "/confirm", "", "Idempotency-Key", "\"a\"");
        assertEquals("true", again.header("Idempotent-Replayed").orElse(""));
        assertEquals(done.json().path("decision"), again.json().path("decision"));
        assertProblem(422, "key-reused", post(id + "/release", "", "Idempotency-Key", "\"a\""));
        Answer late = post(id + "/release", "", "Idempotency-Key", "\"b\"");
        assertProblem(409, "wrong-status", late);
        assertEquals("COMPLETED", late.text("orderStatus"));
        assertTrue(get("/orders/" + id).json().path("heldUntil").isMissingNode());

        String other = reserved();
        Answer released = post(other + "/release", "", "Idempotency-Key", "\"a\"");
        assertEquals(2 * ShopSeed.PRICE, released.json().path("amount").longValue());
        assertEquals(
                released.json(),
                post(other + "/release", "", "Idempotency-Key", "\"a\"").json());
        assertEquals("CANCELLED", get("/orders/" + other).text("status"));
        assertEquals(before - 2, get("/products/3").json().path("available").longValue());
        assertProblem(409, "wrong-status", post(other + "/confirm", "", "Idempotency-Key", "\"b\""));
        String third = reserved();
        Answer cancelled = cancel(third, "\"a\"");
        assertEquals(2 * ShopSeed.PRICE, cancelled.json().path("amount").longValue(), cancelled::toString);
        assertEquals(cancelled.json(), cancel(third, "\"a\"").json());
        String unknown = UUID.randomUUID().toString();
        assertEquals(
                404, post(unknown + "/confirm", "", "Idempotency-Key", "\"a\"").status());
        for (String wrong : List.of("\"PT0.5S\"", "\"P91D\"", "\"soon\"", "900")) {
            Answer refused =
                    client.order("{\"buyer\":3,\"lines\":[{\"product\":3,\"quantity\":2}],\"holdFor\":" + wrong + "}");
            assertProblem(400, "invalid-value", refused);
            assertEquals("holdFor", refused.text("field"));
        }
    }

    @Test
    @DisplayName("names what is wrong with a change")
    void invalid() throws Exception {
        String id = completed(1);
        assertEquals(
                "Idempotency-Key",
                post(id + "/refund", "{}", "Content-Type", "application/json").text("field"));
        assertEquals("orderId", refund("nobody", "\"a\"", "{}").text("field"));
        assertEquals("lines", refund(id, "\"a\"", "{\"lines\":[]}").text("field"));
        assertEquals("lines", refund(id, "\"a\"", "{\"lines\":7}").text("field"));
        assertEquals("restock", refund(id, "\"a\"", "{\"restock\":\"yes\"}").text("field"));
        assertEquals(
                "lines[0].line",
                refund(id, "\"a\"", "{\"lines\":[{\"quantity\":1}]}").text("field"));
        assertEquals(
                "lines[0].quantity",
                refund(id, "\"a\"", "{\"lines\":[{\"line\":0,\"quantity\":0}]}").text("field"));
        assertEquals("more", refund(id, "\"a\"", "{\"more\":1}").text("field"));
        assertEquals(
                "body",
                refund(id, "\"a\"", "{\"restock\":true,\"restock\":true}").text("field"));
        assertEquals(
                "line",
                refund(id, "\"a\"", "{\"lines\":[{\"line\":1,\"quantity\":1}]}").text("field"));
        assertEquals(
                "body", post(id + "/release", "{}", "Idempotency-Key", "\"a\"").text("field"));
        Answer notAllowed = get("/orders/" + id + "/refund");
        assertEquals(405, notAllowed.status());
        assertTrue(notAllowed.header("Allow").orElse("").contains("POST"));
    }
}
