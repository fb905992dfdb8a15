package io.orderflow.testkit.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds when the messages live in a server that others use too, and that may die, freeze or change. */
interface ServerRules extends QueueRules {
    Duration SHORT_TIMEOUT = Duration.ofMillis(300);
    int PUBLISHERS = 4;
    String WORKS = "works";

    /** The contract that runs. */
    SharedQueueContract shared();

    private ServerControl server() {
        assumeTrue(shared().server().isPresent(), "skipped: this test has no server that it may kill or freeze");
        return shared().server().get();
    }

    @Test
    @DisplayName("Q13: close leaves stored messages where they are, for another object on the same queue")
    default void storedMessagesOutliveTheObject() throws Exception {
        OrderQueue first = lab().open();
        lab().publish(first, "a", "b");
        lab().receiveOne(first.openConsumer(lab().lease()));
        first.close();
        OrderQueue second = lab().another(first);
        assertEquals(Set.of("a", "b"), lab().drain(second, List.of("a", "b")));
        lab().awaitDepth(second, 0);
    }

    @Test
    @DisplayName("Q1: building and closing a queue works while the server is dead")
    default void buildingNeedsNoServer() throws Exception {
        ServerControl server = server();
        OrderQueue first = lab().open();
        server.kill();
        OrderQueue built = lab().another(first);
        assertTrue(built.largestMessage() >= PublishRules.LEAST_LARGEST_MESSAGE, built::name);
        built.close();
    }

    @Test
    @DisplayName("Q1, Q2: the first use while the server is dead fails as that call's own failure, and mends itself")
    default void firstUseInAnOutageMendsItself() throws Exception {
        ServerControl server = server();
        OrderQueue first = lab().open();
        first.check();
        server.kill();
        OrderQueue queue = lab().another(first);
        PublishResult away = queue.publish(QueueLab.message("away"), SHORT_TIMEOUT);
        assertNotEquals(PublishResult.Outcome.DONE, away.outcome(), "nobody stored it");
        assertThrows(QueueException.class, () -> queue.openConsumer(lab().lease()));
        assertThrows(QueueException.class, queue::check);
        assertEquals(OptionalLong.empty(), queue.depth(), "nobody can say");
        server.restart();
        publishOnceItWorks(queue, "back");
        assertTrue(lab().drain(queue, List.of("back")).contains("back"));
    }

    @Test
    @DisplayName("Q1, Q4, Q9: a consumer that met a kill and restart mends itself, and what it held is delivered again")
    default void consumerMendsItself() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        boolean durable = queue.durability().level() == Durability.Level.DURABLE;
        QueueConsumer consumer = queue.openConsumer(lab().lease());
        lab().publish(queue, "held");
        lab().receiveOne(consumer);
        server.kill();
        assertReceiveIsBounded(consumer, "dead");
        server.restart();
        publishOnceItWorks(queue, "new");
        Set<String> expected = durable ? Set.of("held", "new") : Set.of("new");
        List<String> came = new ArrayList<>();
        lab().await(
                        "delivery of " + expected,
                        bound(),
                        () -> {
                            List<Delivery> deliveries = QueueLab.receiveOrNothing(consumer, 10);
                            came.addAll(QueueLab.texts(deliveries));
                            return came.containsAll(expected);
                        },
                        () -> "came: " + came);
    }

    private Duration bound() {
        return shared().recovery().plus(lab().lease().multipliedBy(2));
    }

    @Test
    @DisplayName("Q9: receive is bounded while the server is frozen")
    default void receiveIsBoundedWhileFrozen() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        QueueConsumer consumer = queue.openConsumer(lab().lease());
        consumer.receive(1, Duration.ZERO);
        server.freeze();
        assertReceiveIsBounded(consumer, "frozen");
    }

    private static void assertReceiveIsBounded(QueueConsumer consumer, String state) throws Exception {
        Duration wait = Duration.ofMillis(500);
        QueueLab.assertUsuallyAtMost(wait.plusSeconds(1), 3, "receive from a " + state + " server", () -> {
            try {
                consumer.receive(1, wait);
            } catch (QueueException away) {
                assertFalse(away.getMessage().isBlank(), "says why");
            }
        });
    }

    @Test
    @DisplayName("Q2, Q3: publish to a dead server returns in time, is not DONE and throws nothing")
    default void publishToADeadServer() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        lab().publish(queue, "before");
        server.kill();
        assertNotDoneInTime(queue, "a dead server");
        assertNotDoneInTime(lab().another(queue), "a dead server, first use");
    }

    @Test
    @DisplayName("Q2, Q3: publish to a frozen server returns in time, is not DONE and throws nothing, from several "
            + "threads at once too")
    default void publishToAFrozenServer() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        lab().publish(queue, "before");
        server.freeze();
        // all begin each publish together: a queue that takes them one after the other is late for most of them
        Phaser gate = new Phaser(PUBLISHERS);
        List<Future<Void>> running = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            running.add(lab().beside(() -> {
                try {
                    return assertNotDoneInTime(queue, gate::arriveAndAwaitAdvance, "a frozen server");
                } finally {
                    gate.arriveAndDeregister();
                }
            }));
        }
        for (Future<Void> each : running) {
            lab().join(each, lab().patience().plus(SHORT_TIMEOUT.multipliedBy(12)), "publishing to a frozen server");
        }
        assertNotDoneInTime(lab().another(queue), "a frozen server, first use");
    }

    private static Void assertNotDoneInTime(OrderQueue queue, String what) throws Exception {
        return assertNotDoneInTime(queue, () -> {}, what);
    }

    private static Void assertNotDoneInTime(OrderQueue queue, QueueLab.Step before, String what) throws Exception {
        QueueLab.assertUsuallyAtMost(SHORT_TIMEOUT.plusMillis(100), 3, "publish to " + what, before, () -> {
            PublishResult result = queue.publish(QueueLab.message("away"), SHORT_TIMEOUT);
            assertNotEquals(PublishResult.Outcome.DONE, result.outcome(), what);
        });
        return null;
    }

    @Test
    @DisplayName("Q6: what a frozen server cannot confirm is not called held, and renew returns in time")
    default void renewAsksTheServer() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        lab().publish(queue, "held");
        QueueConsumer holder = queue.openConsumer(lab().patience());
        List<Delivery> held = lab().receive(holder, 1);
        assertEquals(held, holder.renew(held), "the server answers");
        server.freeze();
        long start = System.nanoTime();
        assertEquals(List.of(), renewed(holder, held), "nobody knows whose it is");
        QueueLab.assertAtMost(lab().patience(), QueueLab.since(start), "renew on a frozen server");
    }

    private static List<Delivery> renewed(QueueConsumer consumer, List<Delivery> held) {
        try {
            return consumer.renew(held);
        } catch (QueueException noAnswer) {
            return List.of();
        }
    }

    @Test
    @DisplayName("Q2, Q4, Q10: across a kill and restart under load, what was DONE comes if the queue is durable, and "
            + "what was REFUSED never does")
    default void outcomesAreTrueAcrossAKill() throws Exception {
        ServerControl server = server();
        OutageRun run = new OutageRun(lab(), bound());
        run.load(server::kill, server::restart);
        run.assertOutcomesWereTrue(shared().expectedDurability() == Durability.Level.DURABLE);
    }

    @Test
    @DisplayName("Q2, Q4: across a freeze under load, what was DONE comes and what was REFUSED never does")
    default void outcomesAreTrueAcrossAFreeze() throws Exception {
        ServerControl server = server();
        OutageRun run = new OutageRun(lab(), bound());
        run.load(server::freeze, server::thaw);
        run.assertOutcomesWereTrue(true);
    }

    @Test
    @DisplayName("Q7, Q8: an ack or a release that a dead server does not do throws, unless the lease went with the "
            + "connection")
    default void whatCanNotBeSettledIsSaid() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        lab().publish(queue, "acked", "released");
        QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
        List<Delivery> held = lab().receive(consumer, 2);
        server.kill();
        List<String> unsaid = new ArrayList<>();
        unsaid.addAll(textsUnlessRefused(held.subList(0, 1), consumer::ack));
        unsaid.addAll(textsUnlessRefused(held.subList(1, 2), consumer::release));
        server.restart();
        lab().await("working server", shared().recovery(), () -> checked(queue).equals(WORKS), () -> checked(queue));
        List<String> came = new ArrayList<>();
        try (QueueConsumer next = lab().openConsumer(queue)) {
            lab().await(
                            "way back of what no exception spoke of",
                            bound(),
                            () -> {
                                came.addAll(QueueLab.texts(QueueLab.receiveOrNothing(next, 10)));
                                long gone = held.size() - queue.depth().orElse(held.size());
                                return unsaid.stream()
                                                .filter(text -> !came.contains(text))
                                                .count()
                                        <= gone;
                            },
                            () -> "unsaid: " + unsaid + ", came: " + came);
        }
    }

    private static List<String> textsUnlessRefused(List<Delivery> deliveries, Settlement settlement) {
        try {
            settlement.settle(deliveries);
            return QueueLab.texts(deliveries);
        } catch (QueueException said) {
            assertFalse(said.getMessage().isBlank(), "says why");
            return List.of();
        }
    }

    /** Something that a consumer does with what it holds. */
    @FunctionalInterface
    interface Settlement {
        void settle(List<Delivery> deliveries) throws QueueException;
    }

    @Test
    @DisplayName("Q9: every call that is not told how long it may take returns within 10 s while the server is frozen")
    default void everyCallIsBoundedWhileFrozen() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        lab().publish(queue, "a", "b", "c");
        QueueConsumer consumer = queue.openConsumer(LONG_LEASE);
        List<Delivery> held = lab().receive(consumer, 3);
        OrderQueue fresh = lab().another(queue);
        server.freeze();
        List<Bounded> calls = List.of(
                new Bounded("renew", () -> consumer.renew(held)),
                new Bounded("ack", () -> consumer.ack(held.subList(0, 1))),
                new Bounded("release", () -> consumer.release(held.subList(1, 2))),
                new Bounded("close of a consumer", consumer::close),
                new Bounded("depth", queue::depth),
                new Bounded("durability", queue::durability),
                new Bounded("server", queue::server),
                new Bounded("check", queue::check),
                new Bounded("openConsumer", () -> queue.openConsumer(lab().lease())),
                new Bounded("first question", fresh::durability),
                new Bounded("close", queue::close));
        Duration bound = lab().contract().answerBound();
        Future<Void> running = lab().beside(() -> {
            for (Bounded call : calls) {
                QueueLab.assertAtMost(bound, call.time(), call + " of a frozen server");
            }
            return null;
        });
        lab().join(running, bound.multipliedBy(calls.size()).plus(lab().patience()), calls);
    }

    /**
     * A call that must end by itself.
     *
     * @param name what it is
     * @param step the call
     */
    record Bounded(String name, QueueLab.Step step) {
        private Duration time() throws Exception {
            long start = System.nanoTime();
            try {
                step.run();
            } catch (QueueException away) {
                assertFalse(away.getMessage().isBlank(), "says why");
            }
            return QueueLab.since(start);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    @DisplayName("Q10: a server that cannot be asked is not DURABLE a minute later")
    default void unreachableIsNotDurable() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        queue.durability();
        server.kill();
        awaitNotDurable(queue);
    }

    @Test
    @DisplayName("Q10: a setting that makes stored messages unsafe is noticed within a minute")
    default void weakenedIsNotDurable() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        lab().publish(queue, "stored");
        assertEquals(
                shared().expectedDurability(), queue.durability().level(), "a reading that is there before the change");
        if (server.weaken()) {
            awaitNotDurable(queue);
        }
    }

    private void awaitNotDurable(OrderQueue queue) throws Exception {
        lab().await(
                        "other durability",
                        shared().durabilityAge().plusSeconds(1),
                        () -> queue.durability().level() != Durability.Level.DURABLE,
                        () -> queue.durability().toString());
    }

    @Test
    @DisplayName("Q13: close makes a publish return that waits for a frozen server, and returns itself")
    default void closeEndsWaitingForAFrozenServer() throws Exception {
        ServerControl server = server();
        OrderQueue queue = lab().open();
        lab().publish(queue, "before");
        server.freeze();
        Duration longWait = lab().patience().multipliedBy(10);
        QueueLab.Waiting<PublishResult> publish = lab().besideWaiting(aboutToWait -> {
            aboutToWait.run();
            return queue.publish(QueueLab.message("stuck"), longWait);
        });
        Thread closer = new Thread(queue::close, "closes-the-queue");
        closer.start();
        PublishResult result = lab().join(publish.result(), lab().patience(), "a publish that waited at close");
        assertNotEquals(PublishResult.Outcome.DONE, result.outcome(), result.cause());
        closer.join(lab().patience().toMillis());
        assertFalse(closer.isAlive(), "close of a queue whose server is frozen returns");
    }

    private void publishOnceItWorks(OrderQueue queue, String text) throws Exception {
        lab().await(
                        "working publish",
                        shared().recovery(),
                        () -> queue.publish(QueueLab.message(text), SHORT_TIMEOUT)
                                        .outcome()
                                == PublishResult.Outcome.DONE,
                        () -> "check: " + checked(queue));
    }

    private static String checked(OrderQueue queue) {
        try {
            queue.check();
            return WORKS;
        } catch (QueueException e) {
            return e.getMessage();
        }
    }
}
