package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.SubmitOutcome;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Clusters;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.OutageLines;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Three nodes that are a cluster, with {@code -Dclusters=rabbit}: the node that leads the queue dies. */
@EnabledIf("isWanted")
final class RabbitClusterTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** RabbitMQ's election takes less than a second, and a consumer may meet it twice. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /**
     * With {@code net_ticktime} 8 a frozen node counts as gone after 6 to 10 s, and another is elected within a second.
     * A channel that came to another node before that may keep asking the frozen one. It is left when nothing was
     * confirmed for 5 s, with a second for its good-bye. At worst the one after it was made just before the election,
     * and takes these 6 s too.
     */
    private static final Duration FROZEN = Duration.ofSeconds(20);

    private static final int NODES = 3;
    private static final int BUYERS = 4;
    private static final long PRICE = 100;
    private static final int BETWEEN_KILLS = 200;
    private static final String ORDERS = "cluster-orders";

    private static List<RabbitNode> nodes = List.of();

    private final Queue<OrderRequest> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger decided = new AtomicInteger();
    private final AtomicLong decidedAt = new AtomicLong();
    private final AtomicLong longestPause = new AtomicLong();
    /** When the publishing began of what was stored last. */
    private final AtomicLong storedSince = new AtomicLong(System.nanoTime());

    private volatile boolean buying = true;

    /**
     * Is asked how the queue does: not the node that was away last. One that was frozen finds itself in a minority when
     * it goes on, and stops its work for some seconds.
     */
    private RabbitNode asked;

    static boolean isWanted() {
        return Clusters.isWanted("rabbit");
    }

    @BeforeAll
    static void startNodes() {
        nodes = RabbitNode.startCluster(NODES);
    }

    @AfterAll
    static void stopNodes() {
        // none where the tests are skipped
        nodes.forEach(RabbitNode::close);
    }

    @BeforeEach
    void askTheFirst() {
        asked = nodes.get(0);
    }

    @AfterEach
    void heal() {
        nodes.forEach(RabbitNode::heal);
    }

    @Test
    @DisplayName("P1, P2: the leader's node is killed five times under load: nothing is lost, nothing happens twice")
    void leaderDies() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                MachineLag lag = MachineLag.watch();
                OutageLines log = OutageLines.hear();
                RabbitQueue queue = RabbitQueue.builder(uri()).queue(ORDERS).build();
                OrderProcessor orders = shop(database, queue)) {
            List<Thread> buyers = startBuyers(orders);
            for (int kill = 0; kill < Clusters.kills("rabbit"); kill++) {
                killLeader(queue, log);
            }
            end(buyers);
            assertAllDecidedOnce(orders, queue);
            System.out.println(accepted.size() + " orders, longest pause " + Duration.ofNanos(longestPause.get()));
            assertTrue(
                    longestPause.get() <= lag.extend(LONGEST_PAUSE).toNanos(),
                    () -> "no verdict for " + Duration.ofNanos(longestPause.get()) + "; " + lag);
        }
    }

    /** The nodes of the test have a {@code net_ticktime} of 8 s: a frozen one counts as gone after 6 to 10 s. */
    @Test
    @DisplayName("The leader's node freezes: it is left when the others count it as gone, and nothing is lost")
    void leaderFreezes() throws Exception {
        try (TestDatabase database = TestDatabase.open(TestDatabase.Kind.H2);
                MachineLag lag = MachineLag.watch();
                OutageLines log = OutageLines.hear();
                RabbitQueue queue = RabbitQueue.builder(uri()).queue(ORDERS).build();
                OrderProcessor orders = shop(database, new Storing(queue))) {
            List<Thread> buyers = startBuyers(orders);
            awaitMore();
            log.taken();
            RabbitNode leader = leader();
            leader.freeze();
            long frozen = System.nanoTime();
            Eventually.await(
                    "the queue stores by another node", PATIENCE, () -> storedSince.get() > frozen, queue::toString);
            Duration pause = Duration.ofNanos(System.nanoTime() - frozen);
            System.out.println("the leader's node froze: the queue works again after " + pause);
            assertTrue(pause.compareTo(lag.extend(FROZEN)) <= 0, () -> pause + "; " + lag);
            awaitMore();
            leader.thaw();
            awaitMembers(leader);
            log.assertFewLinesOf("the leader's node froze");
            end(buyers);
            assertAllDecidedOnce(orders, queue);
        }
    }

    @Test
    @DisplayName("An alarm on one node stops publishing on the others too, so there is no node to go to")
    void alarmIsOfTheCluster() throws Exception {
        RabbitNode other = nodes.get(NODES - 1);
        try (RabbitQueue queue =
                RabbitQueue.builder(nodes.get(0).uri()).queue("cluster-alarm").build()) {
            awaitDurable(queue);
            other.duringAlarm(() -> Eventually.await(
                    "refused at the first node",
                    PATIENCE,
                    () -> publishedShortly(queue).cause().contains("takes no messages"),
                    () -> publishedShortly(queue).toString()));
            Eventually.await(
                    "taken again",
                    PATIENCE,
                    () -> publishedShortly(queue).outcome() == PublishResult.Outcome.DONE,
                    () -> publishedShortly(queue).toString());
        }
    }

    private static PublishResult publishedShortly(RabbitQueue queue) {
        return NodeTests.published(queue, "x", Duration.ofMillis(500));
    }

    /** A started shop with its goods and its workers, on a durable queue. */
    private OrderProcessor shop(TestDatabase database, OrderQueue queue) {
        OrderProcessor orders = OrderProcessor.builder(database.dataSource(16, database.jdbcUrl()))
                .createTables(true)
                .queue(queue)
                .acceptance(Acceptance.QUEUE_ONLY)
                .listener(new Pauses())
                .build()
                .start();
        orders.workers(WorkerConfig.defaults()).start();
        awaitDurable(queue);
        orders.inventory().define(1, PRICE, 1_000_000, "stock");
        orders.wallets().open(1, PRICE * 1_000_000, "wallet");
        return orders;
    }

    /** Hears of each verdict in this process. */
    private final class Pauses implements OrderListener {
        @Override
        public void decided(List<Decision> decisions) {
            long now = System.nanoTime();
            long before = decidedAt.getAndSet(now);
            if (buying && before != 0) {
                longestPause.accumulateAndGet(now - before, Math::max);
            }
            decided.addAndGet(decisions.size());
        }
    }

    /** Tells what is stored. A frozen leader lets a queue be declared, too. */
    private final class Storing extends ForwardingQueue {
        Storing(RabbitQueue inner) {
            super(inner);
        }

        @Override
        public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
            long begin = System.nanoTime();
            PublishResult result = super.publish(message, timeout);
            if (result.outcome() == PublishResult.Outcome.DONE) {
                storedSince.accumulateAndGet(begin, Math::max);
            }
            return result;
        }
    }

    private static String uri() {
        String hosts =
                nodes.stream().map(node -> "127.0.0.1:" + node.address().port()).collect(Collectors.joining(","));
        return "amqp://guest:guest@" + hosts + "/%2f";
    }

    private static void awaitDurable(OrderQueue queue) {
        Eventually.await(
                "a durable queue",
                PATIENCE,
                () -> queue.durability().level() == Durability.Level.DURABLE,
                () -> queue.durability().toString());
    }

    private List<Thread> startBuyers(OrderProcessor orders) {
        List<Thread> buyers = new ArrayList<>();
        for (int i = 0; i < BUYERS; i++) {
            Thread buyer = new Thread(() -> buy(orders), "buyer-" + i);
            buyer.setDaemon(true);
            buyer.start();
            buyers.add(buyer);
        }
        return buyers;
    }

    private void end(List<Thread> buyers) throws InterruptedException {
        buying = false;
        for (Thread buyer : buyers) {
            buyer.join(PATIENCE.toMillis());
        }
    }

    private void buy(OrderProcessor orders) {
        while (buying) {
            OrderRequest request = OrderRequest.of(1).line(1, 1).build();
            SubmitOutcome outcome = orders.submit(request).outcome();
            while (outcome == SubmitOutcome.UNKNOWN) {
                outcome = orders.submit(request).outcome();
            }
            if (outcome == SubmitOutcome.ACCEPTED || outcome == SubmitOutcome.DUPLICATE) {
                accepted.add(request);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void killLeader(RabbitQueue queue, OutageLines log) {
        awaitMore();
        log.taken();
        RabbitNode leader = leader();
        leader.kill();
        Eventually.await(
                "the queue works by another node",
                LONGEST_PAUSE.multipliedBy(4),
                () -> isUsable(queue),
                queue::toString);
        awaitMore();
        leader.restart();
        awaitMembers(leader);
        log.assertFewLinesOf("the leader's node was killed");
    }

    private void awaitMembers(RabbitNode back) {
        asked = nodes.stream().filter(node -> node != back).findFirst().orElseThrow();
        Eventually.await(
                "all members are online", PATIENCE, () -> members("online") == NODES, () -> column(asked, "online"));
    }

    /** Orders alone do not tell: while the queue is away, the journal accepts and brings them. */
    private static boolean isUsable(RabbitQueue queue) {
        try {
            queue.check();
            return true;
        } catch (QueueException notYet) {
            return false;
        }
    }

    private void awaitMore() {
        int until = decided.get() + BETWEEN_KILLS;
        Eventually.await(until + " orders decided", PATIENCE, () -> decided.get() >= until, () -> "decided " + decided);
    }

    /** What a node that runs says about the queue. */
    private static String column(RabbitNode asked, String name) {
        return asked.commandLine("list_queues", "--no-table-headers", "name", name)
                .lines()
                .filter(line -> line.startsWith(ORDERS + "\t"))
                .map(line -> line.substring(ORDERS.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private RabbitNode leader() {
        String leader = column(asked, "leader");
        return nodes.stream()
                .filter(node -> node.nodeName().equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private int members(String which) {
        return column(asked, which).split(",").length;
    }

    private void assertAllDecidedOnce(OrderProcessor orders, RabbitQueue queue) throws InterruptedException {
        for (OrderRequest request : accepted) {
            assertEquals(
                    OrderStatus.COMPLETED,
                    orders.await(request.id(), PATIENCE).orElseThrow().status());
        }
        Eventually.await("the queue is empty", PATIENCE, () -> queue.depth().orElse(-1) == 0, () -> "" + queue.depth());
        assertEquals(
                PRICE * (1_000_000 - accepted.size()),
                orders.wallets().find(1).orElseThrow().balance());
        assertTrue(orders.audit().ok(), () -> orders.audit().examples().toString());
        assertEquals(NODES, members("members"), "members of the queue");
    }
}
