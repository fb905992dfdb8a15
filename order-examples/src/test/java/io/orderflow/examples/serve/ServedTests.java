package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Tests with an application that is theirs while they run, and somebody who calls it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServedTests {
    /**
     * A random body may be a good order for a million pieces: ten thousand of those leave enough for the other tests.
     */
    static final long MUCH = 1_000_000_000_000_000L;

    private static final Duration BOUND = Duration.ofSeconds(30);

    ShopServer server;
    ShopClient client;
    private ServedShop served;

    @BeforeAll
    void start() throws InterruptedException {
        served = ServedShop.start(seed());
        server = served.server();
        client = served.client();
        assertEquals("", server.waitingFor().map(Missing::inFull).orElse(""));
    }

    /** What the application sells, and to whom. */
    ShopSeed seed() {
        return new ShopSeed(10, MUCH, 50, MUCH);
    }

    @AfterAll
    void stop() {
        served.close();
    }

    Answer get(String path) {
        try {
            return client.get(path);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    /** The order when it has its verdict. */
    Answer decided(String orderId) {
        List<Answer> last = new ArrayList<>(List.of());
        Eventually.await(
                "order " + orderId + " is decided",
                BOUND,
                () -> {
                    last.add(0, get("/orders/" + orderId));
                    return !last.get(0).text("status").equals("PENDING");
                },
                () -> String.valueOf(last.get(0)));
        return last.get(0);
    }
}
