package io.orderflow.queue.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.samples.Documents;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the contract cannot know of: RabbitMQ's own ways to refuse, to block, to forget and to end a connection. */
final class RabbitQueueTest extends NodeTests {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private RabbitQueue queue;

    RabbitQueueTest() {
        super("own-", PATIENCE);
    }

    @BeforeEach
    void newQueue() {
        queue = RabbitQueue.builder(node.uri()).queue(name).build();
    }

    @AfterEach
    void closeQueue() {
        queue.close();
    }

    @Test
    @DisplayName(
            "A queue that exists with other arguments is refused with the argument's name, and used once it is gone")
    void otherArguments() throws Exception {
        node.byHand(channel -> channel.queueDeclare(name, true, false, false, Map.of("x-queue-type", "classic")));
        QueueException refused = assertThrows(QueueException.class, queue::check);
        assertTrue(refused.getMessage().contains("x-queue-type"), refused::getMessage);
        assertTrue(refused.getMessage().contains("Name another queue"), refused::getMessage);
        PublishResult published = publish("lost");
        assertEquals(PublishResult.Outcome.REFUSED, published.outcome());
        assertTrue(published.cause().contains("x-queue-type"), published::cause);
        assertThrows(QueueException.class, () -> queue.openConsumer(LEASE));
        assertEquals(Durability.Level.UNKNOWN, queue.durability().level());
        assertEquals(OptionalLong.empty(), queue.depth());
        node.byHand(channel -> assertEquals(0, channel.queueDelete(name).getMessageCount(), "nothing was sent there"));
        awaitPublish("works");
    }

    @Test
    @DisplayName("Q10: a queue that this object made just now is not called durable, and some seconds later it is")
    void youngQueueIsNotDurable() {
        Durability first = queue.durability();
        assertEquals(Durability.Level.WEAK, first.level(), first::reason);
        awaitDurable();
    }

    private void awaitDurable() {
        Eventually.await(
                "durable queue",
                PATIENCE,
                () -> queue.durability().level() == Durability.Level.DURABLE,
                () -> queue.durability().toString());
    }

    @Test
    @DisplayName(
            "Q2: a message that finds no queue is REFUSED although the server confirms it, and the queue is made again")
    void returnedMessageIsRefused() throws Exception {
        publishDone("before");
        node.byHand(channel -> channel.queueDelete(name));
        PublishResult returned = publish("returned");
        assertEquals(PublishResult.Outcome.REFUSED, returned.outcome(), returned::cause);
        assertTrue(returned.cause().contains("NO_ROUTE"), returned::cause);
        awaitPublish("after");
        assertEquals(Set.of("after"), drain(1));
    }

    @Test
    @DisplayName(
            "A deleted queue is made again when it has been gone for a second: the server needs a moment to end it")
    void deletedQueueIsNotMadeAgainAtOnce() throws Exception {
        publishDone("before");
        long start = System.nanoTime();
        node.byHand(channel -> channel.queueDelete(name));
        awaitPublish("after");
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(Duration.ofSeconds(1)) >= 0, took::toString);
    }

    @Test
    @DisplayName("A deleted queue is made again, and a consumer that waits receives from the new one")
    void deletedQueueIsMadeAgain() throws Exception {
        publishDone("held");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> held = receive(consumer, 1);
            node.byHand(channel -> channel.queueDelete(name));
            awaitPublish("new");
            assertEquals(Set.of("new"), receiveUntil(consumer, "new"), "the held one went with the queue");
            assertEquals(List.of(), consumer.renew(held), "its lease is lost");
            consumer.ack(held);
        }
    }

    @Test
    @DisplayName("A queue that is deleted and made again at once sends to the consumer that waits, though the server "
            + "tells him nothing")
    void deletedQueueIsMadeAgainAtOnce() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (RabbitQueue other = RabbitQueue.builder(node.uri()).queue(name).build();
                QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Thread> publishers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                publishers.add(new Thread(() -> publishUntil(over, other)));
            }
            publishers.forEach(Thread::start);
            try {
                for (String round : List.of("first", "second", "third")) {
                    consumer.ack(receive(consumer, 1));
                    node.byHand(channel -> {
                        channel.queueDelete(name);
                        channel.queueDeclare(name, true, false, false, QueueDeclaration.ARGUMENTS);
                    });
                    awaitPublish(round);
                    assertTrue(receiveUntil(consumer, round).contains(round), () -> round + " did not come");
                }
            } finally {
                over.set(true);
                for (Thread publisher : publishers) {
                    publisher.join();
                }
            }
        }
    }

    private static void publishUntil(AtomicBoolean over, RabbitQueue to) {
        while (!over.get()) {
            published(to, "load", Duration.ofSeconds(1));
        }
    }

    @Test
    @DisplayName("While the server has an alarm publishing is refused at once, consuming goes on, and publishing "
            + "mends itself")
    void alarm() throws Exception {
        publishDone("before");
        QueueConsumer consumer = queue.openConsumer(LEASE);
        node.duringAlarm(() -> {
            PublishResult first = publish("into the alarm");
            assertNotEquals(PublishResult.Outcome.DONE, first.outcome(), "nothing is stored during an alarm");
            PublishResult next = publish("refused");
            assertEquals(PublishResult.Outcome.REFUSED, next.outcome(), next::cause);
            assertTrue(next.cause().contains("disk"), next::cause);
            long start = System.nanoTime();
            assertEquals(PublishResult.Outcome.REFUSED, publish("refused").outcome());
            assertAtMost(Duration.ofMillis(50), start, "a publish to a blocked connection");
            assertThrows(QueueException.class, queue::check);
            assertEquals(OptionalLong.empty(), queue.depth());
            consumer.ack(receive(consumer, 1));
        });
        awaitPublish("after");
        assertEquals(Set.of("after"), receiveUntil(consumer, "after"));
    }

    /** What was sent into the alarm may come too: its outcome was UNKNOWN. */
    private static Set<String> receiveUntil(QueueConsumer consumer, String last) throws Exception {
        Set<String> came = new HashSet<>();
        long start = System.nanoTime();
        while (!came.contains(last) && System.nanoTime() - start < PATIENCE.toNanos()) {
            List<Delivery> deliveries = receivedOrNothing(consumer, 100, Duration.ofMillis(200));
            consumer.ack(deliveries);
            came.addAll(texts(deliveries));
        }
        came.remove("into the alarm");
        return came;
    }

    @Test
    @DisplayName("Q2: a full queue refuses, and takes messages again when there is room")
    void fullQueueRefuses() throws Exception {
        queue.check();
        node.control().setPolicy("short", "^" + name + "$", "{\"max-length\":3}");
        List<String> done = publishUntilRefused();
        node.control().clearPolicy("short");
        assertEquals(Set.copyOf(done), drain(done.size()), "what was DONE, and nothing else");
        awaitPublish("room");
    }

    /** No promise of ours, but what docs/rabbitmq.md warns of: AMQP shows no policy, so nothing here could tell. */
    @Test
    @DisplayName("A policy with overflow drop-head makes the server delete what it confirmed, as the documents say")
    void dropHeadDeletesWhatWasConfirmed() throws Exception {
        AtomicInteger done = new AtomicInteger();
        queue.check();
        node.control().setPolicy("dropping", "^" + name + "$", "{\"max-length\":3,\"overflow\":\"drop-head\"}");
        try {
            Eventually.await(
                    "deletion",
                    PATIENCE,
                    () -> publish("m").outcome() == PublishResult.Outcome.DONE && done.incrementAndGet() > 6,
                    done::toString);
            awaitDepth(3);
            assertTrue(node.commandLine("list_queues", "name", "policy").contains("dropping"), "where to see it");
        } finally {
            node.control().clearPolicy("dropping");
        }
    }

    private List<String> publishUntilRefused() {
        List<String> done = new ArrayList<>();
        Eventually.await(
                "refusal",
                PATIENCE,
                () -> {
                    String text = "m-" + done.size();
                    PublishResult result = publish(text);
                    if (result.outcome() == PublishResult.Outcome.DONE) {
                        done.add(text);
                    }
                    return result.outcome() == PublishResult.Outcome.REFUSED
                            && result.cause().contains("full");
                },
                done::toString);
        return done;
    }

    @Test
    @DisplayName("Q4: after the server closed all connections, what was held comes again, and everything works")
    void connectionsClosedByTheServer() throws Exception {
        publishDone("held");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> held = receive(consumer, 1);
            node.control().closeAllConnections("a test");
            List<Delivery> again = receive(consumer, 1);
            assertEquals(List.of("held"), texts(again));
            assertTrue(again.get(0).deliveriesBefore() > 0, "it was delivered before");
            consumer.ack(held);
            assertEquals(again, consumer.renew(again), "the ack of the lost delivery was for nothing");
            consumer.ack(again);
            awaitPublish("after");
            assertEquals(List.of("after"), texts(receive(consumer, 1)));
        }
    }

    @Test
    @DisplayName("Q4: a consumer whose channel the server ended for holding a message too long receives it again")
    void consumerTimeout() throws Exception {
        consumersHave(1_000, 500);
        try {
            publishDone("slow");
            QueueConsumer consumer = queue.openConsumer(LEASE);
            List<Delivery> held = receive(consumer, 1);
            Eventually.await(
                    "end of the lease", PATIENCE, () -> renewed(consumer, held).isEmpty(), held::toString);
            List<Delivery> again = receive(consumer, 1);
            assertEquals(List.of("slow"), texts(again));
            consumer.ack(again);
        } finally {
            consumersHave(1_800_000, 60_000);
        }
    }

    /** How long a consumer may hold a message, and how often the server looks, in milliseconds. */
    private void consumersHave(int timeout, int tick) {
        node.control()
                .evaluate("application:set_env(rabbit, consumer_timeout, " + timeout
                        + "), application:set_env(rabbit, channel_tick_interval, " + tick + ")");
    }

    @Test
    @DisplayName("F8: 25 consumers that die with all their messages lose none")
    void abruptEndsLoseNothing() throws Exception {
        Set<String> sent = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            publishDone("m-" + i);
            sent.add("m-" + i);
        }
        try (FaultProxy proxy = FaultProxy.to(node.address())) {
            for (int i = 0; i < 25; i++) {
                dieHolding(proxy, 200);
            }
        }
        assertEquals(sent, drain(200));
    }

    private void dieHolding(FaultProxy proxy, int count) throws Exception {
        try (RabbitQueue dying = RabbitQueue.builder(
                        node.address().via(proxy.port()).uri())
                .queue(name)
                .prefetch(count)
                .build()) {
            receive(dying.openConsumer(LEASE), count);
            proxy.reset();
        }
    }

    @Test
    @DisplayName("Q3: publishing large messages into a network that swallows them returns in time, and mends itself")
    void stuckWriteIsBounded() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(node.address());
                RabbitQueue far = RabbitQueue.builder(
                                node.address().via(proxy.port()).uri())
                        .queue(name)
                        .connectTimeout(Duration.ofMillis(500))
                        .build()) {
            // each connection has half a second only
            awaitPublish(far, "before", PATIENCE);
            proxy.hold();
            StuckPublishes.assertInTime(far, Duration.ofMillis(200), lag);
            proxy.pass();
            Eventually.await(
                    "working publish",
                    PATIENCE,
                    () -> published(far, "after", Duration.ofSeconds(1)).outcome() == PublishResult.Outcome.DONE,
                    () -> "still not");
        }
    }

    @Test
    @DisplayName("Q4: a consumer behind a network that swallows everything receives again when that ends")
    void consumerOutlivesABlackHole() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(node.address());
                RabbitQueue far = RabbitQueue.builder(
                                node.address().via(proxy.port()).uri())
                        .queue(name)
                        .build()) {
            QueueConsumer consumer = far.openConsumer(Duration.ofSeconds(2));
            assertEquals(List.of(), receivedOrNothing(consumer, 1, Duration.ZERO));
            proxy.blackHole();
            publishDone("through");
            long start = System.nanoTime();
            assertEquals(List.of(), texts(receivedOrNothing(consumer, 1, Duration.ofMillis(300))));
            assertAtMost(Duration.ofMillis(1_300), start, "receive");
            proxy.pass();
            assertEquals(List.of("through"), texts(receive(consumer, 1)));
        }
    }

    @Test
    @DisplayName("Q6: what a process holds that is cut off is delivered to another within two leases")
    void cutOffHolderLosesItsMessages() throws Exception {
        Duration lease = Duration.ofSeconds(3);
        publishDone("cut off");
        try (FaultProxy proxy = FaultProxy.to(node.address());
                RabbitQueue far = RabbitQueue.builder(
                                node.address().via(proxy.port()).uri())
                        .queue(name)
                        .build();
                QueueConsumer next = queue.openConsumer(lease)) {
            receive(far.openConsumer(Duration.ofSeconds(3)), 1);
            proxy.blackHole();
            long start = System.nanoTime();
            assertEquals(List.of("cut off"), texts(receive(next, 1)));
            assertAtMost(lease.multipliedBy(2).plusSeconds(1), start, "the way to another consumer");
        }
    }

    @Test
    @DisplayName("A message that came ahead to a consumer whose owner stays away goes to another within a lease")
    void whatNobodyReceivedIsGivenBack() throws Exception {
        Duration lease = Duration.ofSeconds(2);
        try (QueueConsumer away = queue.openConsumer(lease);
                QueueConsumer there = queue.openConsumer(lease)) {
            assertEquals(List.of(), away.receive(1, Duration.ZERO));
            publishDone("sent ahead");
            long start = System.nanoTime();
            List<Delivery> received = receive(there, 1);
            assertAtMost(lease.plusMillis(500), start, "the way back from the absent consumer");
            there.ack(received);
        }
        awaitDepth(0);
    }

    @Test
    @DisplayName("A waiting consumer has a new message within milliseconds")
    void deliveryIsQuick() throws Exception {
        List<Long> micros = new ArrayList<>();
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            for (int i = 0; i < 21; i++) {
                long start = System.nanoTime();
                publishDone("quick");
                consumer.ack(receive(consumer, 1));
                micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            }
        }
        micros.sort(null);
        assertTrue(
                micros.get(10)
                        < TimeUnit.NANOSECONDS.toMicros(
                                lag.extend(Duration.ofMillis(20)).toNanos()),
                () -> "publish, receive and ack in µs: " + micros + "; " + lag);
    }

    @Test
    @DisplayName("Q5, Q11: a message put there by hand comes with its bytes, and one larger than any of ours as its "
            + "beginning, length and hash")
    void foreignMessages() throws Exception {
        queue.check();
        byte[] large = new byte[3 << 20];
        large[1] = 9;
        large[large.length - 1] = 7;
        byte[] largest = new byte[queue.largestMessage()];
        BasicProperties persistent =
                new BasicProperties.Builder().deliveryMode(2).build();
        node.byHand(channel -> {
            channel.confirmSelect();
            channel.basicPublish("", name, null, bytes("by hand"));
            channel.basicPublish("", name, persistent, large);
            channel.basicPublish("", name, persistent, largest);
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        });
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> all = receive(consumer, 3);
            assertEquals("by hand", new String(all.get(0).body(), UTF_8));
            assertEquals(0, all.get(0).deliveriesBefore());
            assertEquals(Optional.empty(), all.get(0).oversized());
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(large);
            assertEquals(
                    Optional.of(new Delivery.Oversized(large.length, hash)),
                    all.get(1).oversized());
            assertArrayEquals(
                    Arrays.copyOf(large, queue.largestMessage()), all.get(1).body());
            assertArrayEquals(largest, all.get(2).body());
            assertEquals(Optional.empty(), all.get(2).oversized());
            consumer.ack(all.subList(1, 2));
            consumer.release(all);
            assertEquals(2, receive(consumer, 2).size(), "its neighbours are held and can be given back");
        }
        awaitDepth(2);
    }

    @Test
    @DisplayName("Q11: what strangers write into a message's properties, nested and odd, ends no connection")
    void foreignProperties() throws Exception {
        queue.check();
        Map<String, Object> nested = Map.of("x-delivery-count", "a text");
        for (int i = 0; i < 200; i++) {
            nested = Map.of("deeper", nested, "list", List.of(1, "two", List.of()));
        }
        BasicProperties odd = new BasicProperties.Builder()
                .deliveryMode(2)
                .contentType("x".repeat(200))
                .headers(nested)
                .build();
        node.byHand(channel -> {
            channel.confirmSelect();
            channel.basicPublish("", name, odd, bytes("odd"));
            channel.waitForConfirmsOrDie(PATIENCE.toMillis());
        });
        publishDone("plain");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> both = receive(consumer, 2);
            assertEquals(List.of("odd", "plain"), texts(both));
            consumer.release(both.subList(0, 1));
            assertTrue(receive(consumer, 1).get(0).deliveriesBefore() > 0, "the server's own count is read");
        }
    }

    @Test
    @DisplayName("Q11: a message that was given back again and again says how often: a poisonous one is found by it")
    void deliveriesAreCounted() throws Exception {
        publishDone("poison");
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            for (int before = 0; before < 5; before++) {
                List<Delivery> one = receive(consumer, 1);
                assertEquals(before, one.get(0).deliveriesBefore());
                consumer.release(one);
            }
        }
    }

    @Test
    @DisplayName("A consumer has at most as many messages as its prefetch says, held and sent ahead together")
    void prefetchBounds() throws Exception {
        try (RabbitQueue modest =
                        RabbitQueue.builder(node.uri()).queue(name).prefetch(3).build();
                QueueConsumer consumer = modest.openConsumer(LEASE)) {
            for (int i = 0; i < 10; i++) {
                publishDone("m-" + i);
            }
            List<Delivery> held = receive(consumer, 3);
            assertEquals(List.of(), consumer.receive(10, Duration.ofMillis(200)), "three are held");
            awaitDepth(7);
            consumer.ack(held.subList(0, 1));
            receive(consumer, 1);
            awaitDepth(6);
        }
    }

    @Test
    @DisplayName("As many messages wait for their confirm as the window says, and the next ones wait for room")
    void confirmWindowBounds() throws Exception {
        int window = 4;
        try (FaultProxy proxy = FaultProxy.to(node.address());
                RabbitQueue modest = RabbitQueue.builder(
                                node.address().via(proxy.port()).uri())
                        .queue(name)
                        .confirmWindow(window)
                        .build()) {
            assertEquals(PublishResult.done(), modest.publish(bytes("before"), PATIENCE));
            proxy.blackHole(FaultProxy.Direction.DOWN);
            List<Thread> publishers = new ArrayList<>();
            List<PublishResult> results = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 3 * window; i++) {
                String text = "m-" + i;
                publishers.add(new Thread(() -> results.add(published(modest, text, Duration.ofSeconds(3)))));
            }
            publishers.forEach(Thread::start);
            for (Thread publisher : publishers) {
                publisher.join();
            }
            awaitDepth(1 + window);
            long unknown = results.stream()
                    .filter(each -> each.outcome() == PublishResult.Outcome.UNKNOWN)
                    .count();
            assertEquals(window, unknown, "sent, and never confirmed: " + results);
        }
    }

    /**
     * Not more at once: a channel of RabbitMQ that closes forgets single acks beyond its first 32 that are not written
     * yet.
     */
    @Test
    @DisplayName("Q7: acks in any order, right before close, remove what they are for and nothing else")
    void acksBeforeCloseCount() throws Exception {
        for (int i = 0; i < 100; i++) {
            publishDone("m-" + i);
        }
        Set<String> kept = new HashSet<>();
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            List<Delivery> all = receive(consumer, 100);
            List<Delivery> acked = new ArrayList<>(all.subList(0, 50));
            for (int i = 50; i < all.size(); i++) {
                if (i % 3 == 0) {
                    acked.add(all.get(i));
                } else {
                    kept.addAll(texts(all.subList(i, i + 1)));
                }
            }
            Collections.shuffle(acked, new Random(7));
            consumer.ack(acked);
        }
        awaitDepth(kept.size());
        assertEquals(kept, drain(kept.size()));
    }

    @Test
    @DisplayName("A wrong password is told without the password, and mends itself for later calls")
    void wrongPassword() throws Exception {
        try (RabbitQueue stranger = RabbitQueue.builder(node.uri())
                .queue(name)
                .user("guest")
                .password("not-the-password")
                .build()) {
            QueueException refused = assertThrows(QueueException.class, stranger::check);
            assertTrue(refused.getMessage().contains("refused the user or the password"), refused::getMessage);
            PublishResult published = stranger.publish(bytes("x"), PATIENCE);
            assertEquals(PublishResult.Outcome.REFUSED, published.outcome());
            String all = refused + published.cause() + stranger + stranger.name();
            assertFalse(all.contains("not-the-password"), all);
            assertFalse(all.contains("guest"), all);
        }
    }

    @Test
    @DisplayName("The permissions that the documents name are enough, and without them the refusal names the server's "
            + "reason")
    void permissions() throws Exception {
        node.control().addUser("shop", "s3cret");
        RabbitQueue.Builder builder =
                RabbitQueue.builder(node.uri()).user("shop").password("s3cret").queue("shop-orders");
        try (RabbitQueue stranger = builder.build()) {
            assertThrows(QueueException.class, stranger::check);
        }
        node.control().setPermissions("shop", "^$", "^$", "^$");
        try (RabbitQueue powerless = builder.build()) {
            QueueException refused = assertThrows(QueueException.class, powerless::check);
            assertTrue(refused.getMessage().contains("ACCESS_REFUSED"), refused::getMessage);
        }
        node.commandLine(documentedPermissions());
        try (RabbitQueue shop = builder.build();
                QueueConsumer consumer = shop.openConsumer(LEASE)) {
            assertEquals(PublishResult.done(), shop.publish(bytes("allowed"), PATIENCE));
            consumer.release(receive(consumer, 1));
            consumer.ack(receive(consumer, 1));
            assertEquals(OptionalLong.of(0), shop.depth());
        }
    }

    /** The command of docs/rabbitmq.md, for this virtual host. */
    private static String[] documentedPermissions() {
        String command = "rabbitmqctl set_permissions -p VHOST shop ";
        String line = Documents.lines().stream()
                .map(String::strip)
                .filter(text -> text.startsWith(command))
                .findFirst()
                .orElseThrow();
        return line.replace("'", "")
                .replace("VHOST", "/")
                .substring("rabbitmqctl ".length())
                .split(" ");
    }

    @Test
    @DisplayName("A consumer that waits for messages costs less than a hundredth of a core")
    void waitingCostsNothing() throws Exception {
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            queue.check();
            consumer.receive(1, Duration.ofSeconds(1));
            long before = cpuNanos();
            long start = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                assertEquals(List.of(), consumer.receive(1, Duration.ofSeconds(1)));
            }
            double share = (double) (cpuNanos() - before) / (System.nanoTime() - start);
            assertTrue(share < 0.01, () -> "share of a core: " + share);
        }
    }

    /** Of the queue's threads and this one. */
    private long cpuNanos() {
        ThreadMXBean beans = ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> isOurs(each) || each == Thread.currentThread())
                .mapToLong(each -> Math.max(0, beans.getThreadCpuTime(each.getId())))
                .sum();
    }

    private boolean isOurs(Thread thread) {
        return thread.getName().startsWith("orderflow-rabbit-" + name + "-");
    }

    @Test
    @DisplayName("Q13: after close no thread is left, also when the server is frozen")
    void closeEndsAllThreads() throws Exception {
        for (boolean frozen : new boolean[] {false, true}) {
            RabbitQueue closing = RabbitQueue.builder(node.uri()).queue(name).build();
            assertEquals(PublishResult.done(), closing.publish(bytes("x"), PATIENCE));
            receive(closing.openConsumer(LEASE), 1);
            assertNotEquals(List.of(), threads());
            if (frozen) {
                node.freeze();
            }
            long start = System.nanoTime();
            closing.close();
            assertAtMost(Duration.ofSeconds(5), start, "close");
            Eventually.await(
                    "end of all threads",
                    PATIENCE,
                    () -> threads().isEmpty(),
                    () -> threads().toString());
        }
    }

    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.isAlive() && isOurs(each))
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    private PublishResult publish(String text) {
        return published(queue, text, Duration.ofSeconds(2));
    }

    private void publishDone(String text) {
        publish(queue, text);
    }

    private void awaitPublish(String text) {
        awaitPublish(queue, text, Duration.ofSeconds(2));
    }

    private void awaitDepth(long depth) {
        awaitDepth(queue, depth);
    }

    /** Receives and acks at least so many, and whatever else is there. */
    private Set<String> drain(int count) throws Exception {
        Set<String> came = new HashSet<>();
        try (QueueConsumer consumer = queue.openConsumer(LEASE)) {
            long start = System.nanoTime();
            List<Delivery> last = List.of();
            while (came.size() < count || !last.isEmpty()) {
                assertAtMost(PATIENCE, start, "draining " + count + ", of which came " + came.size());
                last = consumer.receive(100, Duration.ofMillis(200));
                consumer.ack(last);
                came.addAll(texts(last));
            }
        }
        awaitDepth(0);
        return came;
    }
}
