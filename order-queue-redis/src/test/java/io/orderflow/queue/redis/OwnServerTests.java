package io.orderflow.queue.redis;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests with a server that is theirs while they run, so that it can be harmed. */
abstract class OwnServerTests extends RedisTests {
    static RedisServer server;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        // none where the tests are skipped
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
