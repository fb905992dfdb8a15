package io.orderflow.queue.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.queue.Durability.Level;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.Haproxy;
import io.orderflow.testing.OutageLines;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example for Redis of {@code docs/clusters-haproxy.md}, with {@code -Dclusters=haproxy}. */
@Tag("drill")
final class RedisHaproxyTest extends RedisTests {
    /**
     * From the end of the election until messages are stored again: HAProxy looks every 500 ms, twice. A check that
     * waits for an answer of a replica until its own time-out takes longer.
     */
    private static final Duration BACK = Duration.ofSeconds(2);

    @BeforeAll
    static void isWanted() {
        assumeTrue(Clusters.isWanted("haproxy"), "it runs by -Dclusters=haproxy");
        assumeTrue(Haproxy.program().isPresent(), "no program haproxy");
    }

    @Test
    void thePrimaryIsFoundWhereverItIs() throws Exception {
        try (SentinelSet set = SentinelSet.start();
                Haproxy proxy = Haproxy.start(
                        "redis",
                        set.servers().stream()
                                .map(server -> server.process().port())
                                .toArray(Integer[]::new))) {
            allow(set);
            RedisQueue queue = open(RedisQueue.builder("redis://127.0.0.1:" + proxy.port()).stream("behind")
                    .replicas(1));
            Eventually.await(
                    "HAProxy has found the primary",
                    PATIENCE.multipliedBy(3),
                    () -> queue.durability().level() == Level.DURABLE,
                    () -> queue.durability() + ", " + proxy.log());
            try (OutageLines log = OutageLines.hear();
                    PublishingLoad load = PublishingLoad.on(queue, 4)) {
                for (int kill = 0; kill < Clusters.kills("haproxy"); kill++) {
                    long before = set.elections();
                    long ready = load.lives(() -> set.primary().kill(), set::awaitPrimary);
                    long elections = set.elections() - before;
                    assertAtMost(
                            BACK,
                            ready,
                            "publishing, once there was one that a replica follows, after " + elections
                                    + " elections, (" + load + "; " + proxy.log() + ")");
                    load.goesOn("the primary was killed behind HAProxy");
                    set.heal();
                    allow(set);
                    log.assertFewLinesOf("the primary was killed behind HAProxy");
                }
                load.stop();
                load.assertOutcomesWereTrue();
            }
        }
    }

    /** One that was killed has forgotten its users. */
    private static void allow(SentinelSet set) {
        set.servers().forEach(server -> server.run("ACL", "SETUSER", "haproxy", "on", ">SECRET", "+info"));
    }
}
