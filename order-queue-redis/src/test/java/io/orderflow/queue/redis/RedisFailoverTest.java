package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.Durability.Level;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.OutageLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An address that comes to lead to another server, and answers that say that this is not the right one. */
final class RedisFailoverTest extends RedisTests {
    private static RedisServer former;
    private static RedisServer next;

    @BeforeAll
    static void startServers() {
        former = RedisServer.start();
        next = RedisServer.start();
    }

    @AfterAll
    static void stopServers() {
        // none where the tests are skipped
        if (next != null) {
            former.close();
            next.close();
        }
    }

    /** Connections stay where they are; new ones go to the newest target. */
    private static final class MovingAddress implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private volatile int target;

        private MovingAddress(RedisServer first) throws IOException {
            moveTo(first);
            beside(() -> {
                while (true) {
                    Socket client = door.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    beside(() -> pump(client, server));
                    beside(() -> pump(server, client));
                }
            });
        }

        private void moveTo(RedisServer server) {
            target = server.process().port();
        }

        private String uri() {
            return "redis://127.0.0.1:" + door.getLocalPort();
        }

        private static void pump(Socket from, Socket to) throws IOException {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void beside(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                assertTrue(closed.getMessage() != null);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void aFormerPrimaryIsLeftForTheNextOne() throws Exception {
        try (MovingAddress address = new MovingAddress(former)) {
            RedisQueue queue = open(RedisQueue.builder(address.uri()).stream("moved"));
            publish(queue, "before");
            assertEquals(Level.DURABLE, queue.durability().level());
            QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
            receive(consumer, 1);
            next.follow(former);
            next.run("REPLICAOF", "NO", "ONE");
            former.run("REPLICAOF", "127.0.0.1", next.port());
            address.moveTo(next);

            assertThrows(QueueException.class, () -> consumer.receive(1, Duration.ZERO), "the former primary");
            consumer.close();
            awaitPublished(queue, "after");
            try (QueueConsumer other = queue.openConsumer(LEASE)) {
                assertTrue(texts(receive(other, 2)).containsAll(List.of("before", "after")), "held before, and new");
            }
            queue.check();
            former.run("REPLICAOF", "NO", "ONE");
            Eventually.await(
                    "the next one is known, and that nothing follows it",
                    PATIENCE.multipliedBy(2),
                    () -> queue.durability().level() == Level.DURABLE,
                    () -> queue.durability().toString());
        } finally {
            former.run("REPLICAOF", "NO", "ONE");
        }
    }

    /** What answers READONLY must not come back to those that publish, however many connections there are. */
    @Test
    void publishersComeBackAfterEachSwitchOver() throws Exception {
        try (MovingAddress address = new MovingAddress(former)) {
            RedisQueue queue = open(RedisQueue.builder(address.uri()).stream("flipped"));
            try (OutageLines log = OutageLines.hear();
                    PublishingLoad load = PublishingLoad.on(queue, 8)) {
                load.awaitDone(100);
                next.follow(former);
                for (int flip = 0; flip < 4; flip++) {
                    RedisServer demoted = flip % 2 == 0 ? former : next;
                    RedisServer promoted = flip % 2 == 0 ? next : former;
                    promoted.run("REPLICAOF", "NO", "ONE");
                    address.moveTo(promoted);
                    // connections stay: each says READONLY once, and is not used again
                    demoted.follow(promoted);
                    load.awaitDone(100);
                    log.assertFewLinesOf("a switch-over");
                }
            }
        } finally {
            former.run("REPLICAOF", "NO", "ONE");
            next.run("REPLICAOF", "NO", "ONE");
        }
    }

    @Test
    void aReplicaIsNotDurableAlsoWhereItMayBeWrittenTo() {
        try {
            former.run("REPLICAOF", "127.0.0.1", Integer.toString(next.process().port()));
            former.config("replica-read-only", "no");
            RedisQueue queue = open(RedisQueue.builder(former.uri()));
            assertEquals(Level.WEAK, queue.durability().level());
            assertTrue(queue.durability().reason().contains("is a replica"), queue.durability()::reason);
        } finally {
            former.config("replica-read-only", "yes");
            former.run("REPLICAOF", "NO", "ONE");
        }
    }

    /** A server in this test that welcomes everybody and answers everything else by one line. */
    private static ServerSocket answering(String line, AtomicInteger connections) throws IOException {
        ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        beside(() -> {
            while (true) {
                Socket client = door.accept();
                connections.incrementAndGet();
                beside(() -> answer(client, line));
            }
        });
        return door;
    }

    private static void answer(Socket client, String line) throws IOException {
        try (client;
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
            for (String read = commands.readLine(); read != null; read = commands.readLine()) {
                boolean command = read.equals("HELLO") || read.equals("XADD");
                if (command) {
                    String answer = read.equals("HELLO") ? "*0" : line;
                    client.getOutputStream().write((answer + "\r\n").getBytes(US_ASCII));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-READONLY You can't write against a read only replica., REFUSED, 3",
        "-NOREPLICAS Not enough good replicas to write., REFUSED, 3",
        "-MASTERDOWN Link with MASTER is down, REFUSED, 3",
        "-LOADING Redis is loading the dataset in memory, REFUSED, 3",
        "-MOVED 1 127.0.0.1:1, REFUSED, 3",
        "-NOAUTH Authentication required., REFUSED, 3",
        "-OOM command not allowed when used memory > 'maxmemory'., REFUSED, 1",
        "-NOPERM this user has no permissions, REFUSED, 1",
        "-ERR something that nobody foresaw, UNKNOWN, 1",
        "-NEWCODE something that nobody foresaw, UNKNOWN, 1"
    })
    void whatIsRefusedForTheServersSakeIsAskedOnAnotherConnection(String line, Outcome outcome, int connections)
            throws Exception {
        AtomicInteger made = new AtomicInteger();
        try (ServerSocket door = answering(line, made)) {
            RedisQueue queue = open(RedisQueue.builder("redis://127.0.0.1:" + door.getLocalPort()));
            for (int i = 0; i < 3; i++) {
                PublishResult result = queue.publish(bytes("m"), PATIENCE);
                assertEquals(outcome, result.outcome(), result.cause());
            }
            assertEquals(connections, made.get());
        }
    }
}
