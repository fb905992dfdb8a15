package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An order that the queue alone has, over HTTP,")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CancelHttpTest {
    private static final String CONTENT = "\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":2}]";
    private static final String ORDER = "{" + CONTENT + "}";

    private ServedShop served;
    private ShopClient client;

    @BeforeAll
    void start() throws InterruptedException {
        served = ServedShop.startUndecided(new ShopSeed(1, 10, 1, 1_000));
        client = served.client();
    }

    @AfterAll
    void stop() {
        served.close();
    }

    /** Accepts an order that the database does not know. */
    private String accepted(String... headers) throws Exception {
        Answer answer = client.order(ORDER, headers);
        assertEquals(202, answer.status(), answer::toString);
        String id = answer.text("orderId");
        assertEquals(404, client.get("/orders/" + id).status());
        return id;
    }

    private static String keyed(String key) {
        return "{" + CONTENT + ",\"idempotencyKey\":\"" + key + "\"}";
    }

    private Answer cancel(String id, String body) throws Exception {
        return client.send(
                "POST",
                "/orders/" + id + "/cancel",
                body,
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                "\"off\"");
    }

    private Answer cancelWith(String id, String order) throws Exception {
        return cancel(id, "{\"order\":" + order + "}");
    }

    @Test
    @DisplayName("is cancelled when it is sent along, with its key")
    void withKey() throws Exception {
        String id = accepted("Idempotency-Key", "\"cart\"");
        assertEquals(
                404,
                client.send("POST", "/orders/" + id + "/cancel", "", "Idempotency-Key", "\"off\"")
                        .status());
        assertEquals(404, cancel(id, "{}").status());
        Answer done = cancelWith(id, keyed("cart"));
        assertEquals(200, done.status(), done::toString);
        assertEquals(id, done.text("orderId"));
        assertEquals(0, done.json().path("amount").asLong(-1));
        assertEquals("CANCELLED", client.get("/orders/" + id).text("status"));
        // the queue alone is asked, and what it brings is decided before
        assertEquals(202, client.order(ORDER, "Idempotency-Key", "\"cart\"").status());
        assertEquals("CANCELLED", client.get("/orders/" + id).text("status"));
        Answer again = cancelWith(id, keyed("cart"));
        assertEquals("true", again.header("Idempotent-Replayed").orElse(""));
        assertEquals(done.json(), again.json());
    }

    @Test
    @DisplayName("is cancelled when it is sent along, without a key by its id")
    void withoutKey() throws Exception {
        String id = accepted();
        Answer done = cancelWith(id, ORDER);
        assertEquals(200, done.status(), done::toString);
        assertEquals("CANCELLED", client.get("/orders/" + id).text("status"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", ""})
    @DisplayName("is not cancelled by an order whose key leads elsewhere, or is missing")
    void otherKey(String key) throws Exception {
        String id = accepted("Idempotency-Key", "\"mine" + key + "\"");
        Answer refused = cancelWith(id, key.isEmpty() ? ORDER : keyed(key));
        assertEquals(422, refused.status(), refused::toString);
        assertEquals("urn:orderflow:problem:other-order", refused.text("type"));
        assertEquals("order.idempotencyKey", refused.text("field"));
        assertEquals(id, refused.text("orderId"));
        assertEquals(404, client.get("/orders/" + id).status());
    }

    @Test
    @DisplayName("is not cancelled with another content than that of the order that is there")
    void otherContent() throws Exception {
        String id = accepted();
        assertEquals(200, cancelWith(id, ORDER).status());
        Answer refused = cancelWith(id, "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":3}]}");
        assertEquals(422, refused.status(), refused::toString);
        assertEquals("urn:orderflow:problem:other-order", refused.text("type"));
        assertEquals("order", refused.text("field"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"order\":7} | order",
                "{\"order\":{\"buyer\":1}} | order.lines",
                "{\"order\":{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":0}]}} | order.lines[0].quantity",
                "{\"more\":1} | more",
                "{\"order\":{},\"order\":{}} | body",
                "7 | body"
            })
    @DisplayName("is not cancelled by a body that is wrong, which is told by its field")
    void wrong(String body, String field) throws Exception {
        Answer refused = cancel(UUID.randomUUID().toString(), body);
        assertEquals(400, refused.status(), refused::toString);
        assertEquals(field, refused.text("field"));
    }
}
