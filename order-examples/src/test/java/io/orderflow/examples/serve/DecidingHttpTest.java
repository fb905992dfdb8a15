package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Deciding over HTTP")
class DecidingHttpTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final String PAUSE = "/deciding/pause";
    private static final String RESUME = "/deciding/resume";

    private ServedShop served;
    private ShopClient client;

    @BeforeEach
    void start() throws InterruptedException {
        served = ServedShop.start(new ShopSeed(1, 1, 100, 100), pool -> {});
        client = served.client();
    }

    @AfterEach
    void stop() {
        served.close();
    }

    @Test
    @DisplayName("is paused and resumed, and orders are accepted meanwhile")
    void pausedAndResumed() throws Exception {
        assertEquals("{\"paused\":false}", client.get("/deciding").json().toString());
        Answer paused = pause("{\"reason\":\"a price\",\"by\":\"anna\"}");
        assertEquals(200, paused.status(), paused::toString);
        assertEquals("a price", paused.text("reason"));
        Answer second = pause("{\"reason\":\"another\"}");
        assertEquals(paused.json(), second.json(), "the first one stays");
        assertEquals(paused.json(), client.get("/deciding").json());

        Answer accepted = client.order("{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1}]}");
        assertEquals(202, accepted.status(), accepted::toString);
        Eventually.await("health says so", BOUND, () -> ready().contains("deciding"), this::ready);
        assertTrue(ready().startsWith("200 "), this::ready);
        String order = "/orders/" + accepted.text("orderId");
        assertEquals("PENDING", client.get(order).text("status"));

        Answer resumed = client.send("POST", RESUME, "");
        assertEquals("200 {\"paused\":false}", resumed.status() + " " + resumed.json());
        assertEquals(200, client.send("POST", RESUME, "").status(), "once more");
        Eventually.await("it is decided", BOUND, () -> text(order).contains("COMPLETED"), () -> text(order));
    }

    private Answer pause(String body) throws Exception {
        return client.send("POST", PAUSE, body, "Content-Type", "application/json");
    }

    private String ready() {
        return text("/health/ready");
    }

    private String text(String path) {
        try {
            Answer answer = client.get(path);
            return answer.status() + " " + answer.json();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | reason",
                "{\"reason\":\"\"} | reason",
                "{\"reason\":7} | reason",
                "{\"reason\":\"x\",\"by\":\"\"} | by",
                "{\"reason\":\"x\",\"why\":\"y\"} | why",
                "[] | body",
                "no | body"
            })
    @DisplayName("refuses a body that breaks a rule, and is not paused then")
    void refused(String body, String field) throws Exception {
        Answer answer = pause(body);
        assertEquals(400, answer.status(), answer::toString);
        assertEquals(field, answer.text("field"));
        assertEquals("{\"paused\":false}", client.get("/deciding").json().toString());
    }
}
