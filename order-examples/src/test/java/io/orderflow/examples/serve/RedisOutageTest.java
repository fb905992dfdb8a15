package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.ServerKind;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("serve on Redis")
class RedisOutageTest extends ServeOutageTest {
    RedisOutageTest() {
        super(ServerKind.REDIS);
    }

    @Test
    @DisplayName("refuses while the database is away and Redis may forget, unless that is allowed")
    void weakRedis() throws Exception {
        RedisBroker redis = (RedisBroker) broker;
        redis.config("appendfsync", "everysec");
        try (ServeProcess strict = ServeProcess.start(site().options());
                ServeProcess easy = ServeProcess.start(site().options("--allow-weak-queue"))) {
            Answer before = strict.client().order(ORDER);
            assertEquals(202, before.status(), before::toString);
            mariadb.kill();
            assertAllRefused(submitMany(strict.client()));
            List<Submission> taken = submitMany(easy.client());
            assertAllAccepted(taken);
            healDatabase();
            ServeSite.awaitVerdicts(taken.stream().map(Submission::orderId).toList(), client());
            // in good order: what a killed one holds is nobody else's before its lease ends
            assertEquals(143, strict.terminate());
            assertEquals(143, easy.terminate());
        } finally {
            redis.config("appendfsync", "always");
        }
    }
}
