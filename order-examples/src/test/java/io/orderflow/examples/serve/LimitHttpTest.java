package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Products that were seeded with a limit for each buyer. */
@DisplayName("The HTTP application, with a limit for each buyer,")
class LimitHttpTest extends ServedTests {
    @Override
    ShopSeed seed() {
        return new ShopSeed(2, 100, 2, MUCH, 2);
    }

    private Answer buy(long buyer, int quantity) throws Exception {
        String body = "{\"buyer\":" + buyer + ",\"lines\":[{\"product\":1,\"quantity\":" + quantity + "}]}";
        return decided(client.order(body).text("orderId"));
    }

    @Test
    @DisplayName("shows it, rejects what is above it, and sells again what was given back")
    void limited() throws Exception {
        assertEquals(2, get("/products/1").json().path("maxPerBuyer").longValue());
        Answer first = buy(1, 2);
        assertEquals("COMPLETED", first.text("status"));
        assertEquals("LIMIT_PER_BUYER", buy(1, 1).text("rejectReason"));
        assertEquals("COMPLETED", buy(2, 1).text("status"));
        assertEquals(97, get("/products/1").json().path("available").longValue());
        Answer back = client.send(
                "POST",
                "/orders/" + first.text("orderId") + "/refund",
                "{\"lines\":[{\"line\":0,\"quantity\":1}],\"restock\":false}",
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                "\"back\"");
        assertEquals(200, back.status(), back::toString);
        assertEquals("LIMIT_PER_BUYER", buy(1, 2).text("rejectReason"));
        assertEquals("COMPLETED", buy(1, 1).text("status"));
        assertEquals(96, get("/products/1").json().path("available").longValue());
    }
}
