package io.orderflow.internal.worker;

import static io.orderflow.internal.worker.Bench.conflicting;
import static io.orderflow.internal.worker.Bench.letter;
import static io.orderflow.internal.worker.Bench.order;
import static io.orderflow.internal.worker.Bench.orders;
import static io.orderflow.internal.worker.Bench.whenNamed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BrokenInvariantException;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.queue.Delivery;
import io.orderflow.testing.FaultPlan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One bad order or message harms nobody else: halving, isolation, attempts, dead letters (W3, P7). */
class PoisonTest extends BenchTests {
    private static final int UNDECODABLE = 1;
    private static final int POISON = 2;
    private static final int CRASHED_WORKER = 3;
    private static final int CONFLICT = 4;

    @AfterEach
    void check() {
        bench.checkShop();
    }

    /** Whoever may write to the queue could fill the database. */
    @Test
    void ofAStrangersMessageNoMoreIsKeptThanItsBeginning() throws InterruptedException {
        bench.frameKeys = FrameKeys.NONE.writing(new byte[32]);
        bench.queue.send(new byte[262_144], 0);
        bench.drain(bench.worker());
        assertEquals(
                List.of("5 262144 256"),
                bench.shop.read("SELECT reason, length, OCTET_LENGTH(body) FROM orderflow_dead_letter"));
    }

    /** Whoever may write to the queue could hold up everybody's orders. */
    @Test
    void strangersMessagesComeAfterTheOrdersThatCameWithThemAndGoTogether() throws InterruptedException {
        bench.frameKeys = FrameKeys.NONE.writing(new byte[32]);
        List<OrderEntry> honest = orders(3);
        List<Delivery> strangers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            strangers.add(bench.queue.send(new byte[] {1, (byte) i}, 0));
        }
        Delivery frame = bench.queue.send(bench.frameKeys.toMessage(FrameCodec.encode(Frame.NO_SHOP, honest)), 0);
        int[] inserts = {0};
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.startsWith("INSERT INTO " + shop.tables().deadLetter())) {
                inserts[0]++;
                assertEquals(List.of(frame), bench.queue.acked, "orders first, and nothing unwritten is acked");
            }
        });
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(1, inserts[0]);
        bench.assertStatus(OrderStatus.COMPLETED, honest.toArray(new OrderEntry[0]));
        assertEquals(101, bench.queue.acked.size());
        assertTrue(bench.queue.acked.containsAll(strangers));
        assertEquals(100, bench.deadLetters().size());
        assertEquals(100, bench.events.starting("deadLettered UNAUTHENTICATED").size(), "one is told of for each");
        worker.close();
    }

    /** What is set aside must fit into a statement, also where all of it is kept. */
    @Test
    void largeMessagesGoTogetherOnlyAsFarAsAStatementHolds() throws InterruptedException {
        List<Integer> letters = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            byte[] body = new byte[262_144];
            body[0] = (byte) i;
            bench.queue.send(body, 0);
        }
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_COMMIT) {
                letters.add(bench.deadLetters().size());
            }
        });
        Worker worker = bench.worker();
        bench.drain(worker);
        shop.dataSource().setPlan(FaultPlan.NONE);
        assertEquals(List.of(0, 4, 8), letters, "letters that were there before each commit");
        assertEquals(10, bench.deadLetters().size());
        worker.close();
    }

    @Test
    void aFloodOfLargeMessagesFillsNoHeap() throws InterruptedException {
        bench.config = WorkerConfig.builder()
                .lease(Bench.LEASE)
                .batchWait(Duration.ofMillis(5))
                .build();
        byte[] large = new byte[262_144];
        List<OrderEntry> honest = orders(300);
        for (OrderEntry order : honest) {
            bench.queue.send(large, 0);
            bench.queue.send(order);
        }
        Worker worker = bench.worker();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, honest.toArray(new OrderEntry[0]));
        assertTrue(bench.queue.mostBytes <= 32 << 20, () -> "bytes held at once: " + bench.queue.mostBytes);
        worker.close();
    }

    @Test
    void aFloodThatCanNotBeSetAsideFillsNoHeapAndIsSetAsideWhenTheRowIsFree() throws InterruptedException {
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.startsWith("INSERT INTO " + shop.tables().deadLetter())) {
                throw FaultPlan.lockWaitTimeout();
            }
        });
        for (int i = 0; i < 400; i++) {
            byte[] large = new byte[262_144];
            large[0] = (byte) i;
            large[1] = (byte) (i >> 8);
            bench.queue.send(large, 0);
        }
        Worker worker = bench.worker();
        for (int i = 0; i < 500; i++) {
            bench.step(worker);
        }
        assertTrue(bench.queue.mostBytes <= 72 << 20, () -> "bytes held at once: " + bench.queue.mostBytes);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        assertEquals(400, bench.queue.acked.size());
        assertEquals(400, bench.deadLetters().size());
        worker.close();
    }

    /** Each piece that waits must not wait longer than the one before it, once the table is free. */
    @Test
    void whatCouldNotBeSetAsideIsSetAsideAtOnceWhenTheTableIsFree() throws InterruptedException {
        boolean[] locked = {true};
        shop.dataSource().setPlan((step, sql) -> {
            if (locked[0]
                    && step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.startsWith("INSERT INTO " + shop.tables().deadLetter())) {
                throw FaultPlan.lockWaitTimeout();
            }
        });
        Worker worker = bench.worker();
        for (int i = 0; i < 20; i++) {
            bench.queue.send(new byte[] {1, 2, (byte) i}, 0);
            bench.step(worker);
            bench.step(worker);
        }
        assertEquals(List.of(), bench.queue.acked);
        locked[0] = false;
        long freed = bench.nanos;
        for (int i = 0; i < 100 && bench.queue.acked.size() < 20; i++) {
            bench.step(worker);
        }
        assertEquals(20, bench.queue.acked.size());
        long seconds = (bench.nanos - freed) / Bench.SECOND;
        assertTrue(seconds < 5, () -> "seconds until all were set aside: " + seconds);
        worker.close();
    }

    @Test
    void aBatchThatFailsIsHalvedUntilTheCulpritIsAloneAndOnlyThatIsParked() throws InterruptedException {
        for (int place : new int[] {0, 3, 6}) {
            List<OrderEntry> entries = orders(7);
            OrderEntry culprit = entries.get(place);
            shop.dataSource().setPlan(bench.whenDecided(culprit, Bench::dataError));
            Delivery frame = bench.queue.send(entries, 0);
            Worker worker = bench.worker();
            bench.drain(worker);
            assertTrue(bench.queue.acked.contains(frame));
            for (OrderEntry entry : entries) {
                bench.assertStatus(entry == culprit ? OrderStatus.PARKED : OrderStatus.COMPLETED, entry);
            }
            assertTrue(bench.deadLetters().contains(letter(POISON, culprit)));
            worker.close();
        }
        assertEquals(3, bench.deadLetters().size());
        assertEquals(
                List.of("deadLettered POISON"),
                bench.events.starting("dead").stream().distinct().toList());
    }

    @Test
    void anExceptionThatIsNobodysFaultParksTheOrderThatItFollows() throws InterruptedException {
        OrderEntry culprit = order();
        List<OrderEntry> entries = new ArrayList<>(orders(4));
        entries.add(2, culprit);
        boolean[] named = {false};
        shop.dataSource().setPlan((step, sql) -> {
            if (sql.contains("FROM " + shop.tables().wallet())) {
                named[0] = false;
            }
            named[0] |= sql.contains(SqlText.id(culprit.id()));
        });
        bench.atStep = step -> {
            if (step == Step.WRITTEN && named[0]) {
                throw new ArithmeticException("as the test wants");
            }
        };
        bench.queue.send(entries, 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        entries.remove(culprit);
        bench.assertStatus(OrderStatus.PARKED, culprit);
        bench.assertStatus(OrderStatus.COMPLETED, entries.toArray(new OrderEntry[0]));
        assertEquals(List.of(letter(POISON, culprit)), bench.deadLetters());
        worker.close();
    }

    @Test
    void anOrderThatFailsAloneIsTriedThreeTimes() throws InterruptedException {
        OrderEntry order = order();
        int[] tries = {0};
        shop.dataSource().setPlan(bench.whenDecided(order, () -> {
            tries[0]++;
            return Bench.dataError();
        }));
        bench.queue.send(order);
        Worker worker = bench.worker();
        bench.step(worker);
        bench.pass(Duration.ofSeconds(1));
        worker.runOnce();
        bench.pass(Duration.ofSeconds(1));
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        assertEquals(2, tries[0]);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of(), bench.deadLetters());
        worker.close();
    }

    @Test
    void twoCulpritsAreBothFound() throws InterruptedException {
        List<OrderEntry> entries = orders(20);
        OrderEntry one = entries.get(4);
        OrderEntry two = entries.get(5);
        shop.dataSource()
                .setPlan(bench.whenDecided(one, Bench::dataError).and(bench.whenDecided(two, Bench::dataError)));
        bench.queue.send(entries, 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.PARKED, one, two);
        assertEquals(
                18,
                shop.read("SELECT 1 FROM " + shop.tables().orders() + " WHERE status = 1")
                        .size());
        worker.close();
    }

    @Test
    void anOutageInTheMiddleOfHalvingParksNobodyElse() throws InterruptedException {
        for (int n = 1; n <= 40; n += 3) {
            List<OrderEntry> entries = orders(3);
            OrderEntry culprit = entries.get(1);
            shop.dataSource()
                    .setPlan(bench.whenDecided(culprit, Bench::dataError)
                            .and(FaultPlan.nth(FaultPlan.Step.AFTER_EXECUTE, n)));
            Delivery frame = bench.queue.send(entries, 0);
            Worker worker = bench.worker();
            bench.drain(worker);
            shop.dataSource().setPlan(FaultPlan.NONE);
            bench.assertStatus(OrderStatus.COMPLETED, entries.get(0), entries.get(2));
            bench.assertStatus(OrderStatus.PARKED, culprit);
            assertTrue(bench.queue.acked.contains(frame));
            worker.close();
        }
    }

    @Test
    void aBrokenInvariantParksNobodyAndIsToldUntilItHolds() throws InterruptedException {
        OrderEntry order = order();
        Delivery frame = bench.queue.send(List.of(order, order(2, 2, 1)), 0);
        bench.atStep = step -> {
            if (step == Step.NUMBERED) {
                throw new BrokenInvariantException("as the test wants");
            }
        };
        Worker worker = bench.worker();
        long longest = 0;
        for (int i = 0; i < 30; i++) {
            long pause = worker.runOnce();
            longest = Math.max(longest, pause);
            bench.nanos += pause;
        }
        assertTrue(longest > 10 * Bench.SECOND && longest <= 30 * Bench.SECOND, "longest pause " + longest);
        assertEquals(
                List.of("broken worker"), bench.events.all.stream().distinct().toList());
        assertEquals(List.of(), bench.queue.acked);
        bench.atStep = step -> {};
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertEquals(List.of(frame), bench.queue.acked);
        assertEquals(1, bench.events.starting("resumed").size());
        assertEquals(List.of(), bench.deadLetters());
        worker.close();
    }

    @Test
    void contentionIsToldOfOnlyWhenItDoesNotEnd() throws InterruptedException {
        bench.queue.send(order());
        int[] lost = {0};
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_COMMIT && ++lost[0] <= 4) {
                throw FaultPlan.deadlock();
            }
        });
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of("committed 1"), bench.events.all);
        lost[0] = -10;
        bench.queue.send(order());
        bench.drain(worker);
        assertEquals(1, bench.events.starting("resumed").size());
        assertTrue(bench.events.all.contains("paused worker"), bench.events.all::toString);
        assertEquals(List.of(), bench.deadLetters());
        worker.close();
    }

    @Test
    void aSuspectFrameIsDecidedWholeUnderAClaimThatItDoesNotLeaveBehind() throws InterruptedException {
        List<List<String>> claims = new ArrayList<>();
        bench.atStep = step -> {
            if (step == Step.LOCKED) {
                claims.add(bench.attempts());
            }
        };
        Delivery frame = bench.queue.send(orders(5), 3);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of("committed 5"), bench.events.all);
        assertEquals(List.of(frame), bench.queue.acked);
        assertEquals(List.of(), bench.attempts());
        bench.queue.send(orders(5), 2);
        bench.drain(worker);
        assertEquals(List.of(List.of("0", "0", "0", "0", "0"), List.of()), claims, "claims while a batch is at work");
        worker.close();
    }

    /** A client's prefetch of many small frames, delivered again and again by lost connections. */
    @Test
    void suspectFramesShareABatchAndAClaim() throws InterruptedException {
        for (int i = 0; i < 40; i++) {
            bench.queue.send(orders(3), 3 + i);
        }
        int[] transactions = {0};
        shop.dataSource().setPlan((step, sql) -> transactions[0] += step == FaultPlan.Step.BEFORE_COMMIT ? 1 : 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(40, bench.queue.acked.size());
        assertTrue(transactions[0] <= 9, () -> transactions[0] + " transactions for 120 orders");
        assertEquals(List.of(), bench.attempts());
        worker.close();
    }

    @Test
    void ordersWhoseClaimsWereLeftByTheDeadAreDecidedOneByOneAndTheOthersTogether() throws InterruptedException {
        List<OrderEntry> entries = orders(7);
        bench.claimedBySomeoneElse(entries.get(1), 0, Bench.CLAIM.plusSeconds(1));
        bench.claimedBySomeoneElse(entries.get(4), 0, Bench.CLAIM.plusSeconds(1));
        Delivery frame = bench.queue.send(entries, 3);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of("committed 5", "committed 1", "committed 1"), bench.events.all);
        assertEquals(List.of(frame), bench.queue.acked);
        assertEquals(List.of(), bench.attempts());
        worker.close();
    }

    @Test
    void anOrderThatSomebodyTriesIsLeftToHimAndTheFrameWaits() throws InterruptedException {
        List<OrderEntry> entries = orders(3);
        bench.claimedBySomeoneElse(entries.get(1), 1, Duration.ZERO);
        Delivery frame = bench.queue.send(entries, 4);
        Worker worker = bench.worker();
        for (int i = 0; i < 50; i++) {
            bench.step(worker);
        }
        bench.assertStatus(OrderStatus.COMPLETED, entries.get(0), entries.get(2));
        assertEquals(-1, bench.status(entries.get(1)));
        assertEquals(List.of("1"), bench.attempts(), "who is alive is not counted");
        OrderEntry other = order();
        bench.queue.send(other);
        for (int i = 0; i < 5; i++) {
            bench.step(worker);
        }
        bench.assertStatus(OrderStatus.COMPLETED, other);
        assertFalse(bench.queue.acked.contains(frame));
        bench.age(Bench.CLAIM);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, entries.get(1));
        assertTrue(bench.queue.acked.contains(frame));
        assertEquals(List.of(), bench.attempts());
        worker.close();
    }

    @Test
    void theFrameOfAnIsolatedOrderIsNotAckedForItsNeighbours() throws InterruptedException {
        // the claim's end fails again and again after the first order was decided
        OrderEntry first = order();
        OrderEntry second = order();
        bench.claimedBySomeoneElse(first, 0, Bench.CLAIM.plusSeconds(1));
        bench.claimedBySomeoneElse(second, 0, Bench.CLAIM.plusSeconds(1));
        Delivery frame = bench.queue.send(List.of(first, second), 3);
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.startsWith("DELETE")) {
                throw FaultPlan.deadlock();
            }
        });
        Worker worker = bench.worker();
        for (int i = 0; i < 10; i++) {
            bench.step(worker);
        }
        bench.assertStatus(OrderStatus.COMPLETED, first);
        assertEquals(-1, bench.status(second));
        assertEquals(List.of(), bench.queue.acked);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, second);
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void anOrderThatKilledThreeWorkersInItsIsolatedAttemptIsParked() throws InterruptedException {
        OrderEntry killer = order();
        OrderEntry neighbour = order();
        shop.dataSource().setPlan((step, sql) -> {
            if (sql.startsWith("SELECT id, status") && sql.contains(SqlText.id(killer.id()))) {
                throw new OutOfMemoryError("as the test wants");
            }
        });
        List<List<String>> traces = List.of(List.of("0", "0"), List.of("0", "1"), List.of("2"), List.of("3"));
        for (int death = 0; death < 4; death++) {
            bench.queue.send(List.of(neighbour, killer), 3 + death);
            Worker worker = bench.worker("life-" + death);
            assertThrows(OutOfMemoryError.class, () -> {
                for (int i = 0; i < 10; i++) {
                    bench.step(worker);
                }
            });
            assertEquals(traces.get(death).get(traces.get(death).size() - 1), lastOf(bench.attempts()));
            bench.age(Bench.CLAIM.plusSeconds(1));
        }
        shop.dataSource().setPlan(FaultPlan.NONE);
        Delivery frame = bench.queue.send(List.of(killer, neighbour), 7);
        Worker worker = bench.worker("last");
        bench.drain(worker);
        bench.assertStatus(OrderStatus.PARKED, killer);
        bench.assertStatus(OrderStatus.COMPLETED, neighbour);
        assertEquals(List.of(letter(CRASHED_WORKER, killer)), bench.deadLetters());
        assertEquals(
                List.of("3"), shop.read("SELECT attempts FROM " + shop.tables().deadLetter()));
        assertEquals(List.of(frame), bench.queue.acked);
        assertEquals(List.of(), bench.attempts());
        worker.close();
    }

    private static String lastOf(List<String> attempts) {
        return attempts.get(attempts.size() - 1);
    }

    @Test
    void anOutageDoesNotCountAsAnAttempt() throws InterruptedException {
        for (boolean left : new boolean[] {false, true}) {
            OrderEntry order = order();
            if (left) {
                bench.claimedBySomeoneElse(order, 0, Bench.CLAIM.plusSeconds(1));
            }
            bench.queue.send(List.of(order), 3);
            int[] failures = {0};
            shop.dataSource().setPlan((step, sql) -> {
                if (sql.startsWith("SELECT id, status") && ++failures[0] <= 10) {
                    throw FaultPlan.lost(step);
                }
            });
            Worker worker = bench.worker();
            for (int i = 0; i < 20; i++) {
                bench.step(worker);
                assertTrue(
                        bench.attempts().isEmpty() || "01".contains(lastOf(bench.attempts())),
                        bench.attempts()::toString);
            }
            bench.drain(worker);
            assertTrue(failures[0] > 10, () -> failures[0] + " failures");
            bench.assertStatus(OrderStatus.COMPLETED, order);
            assertEquals(List.of(), bench.deadLetters());
            assertEquals(List.of(), bench.attempts());
            worker.close();
        }
    }

    @Test
    void anIsolatedOrderThatFailsAloneIsParkedAndItsClaimTakenBack() throws InterruptedException {
        OrderEntry order = order();
        shop.dataSource().setPlan(whenNamed("INSERT INTO " + shop.tables().orders(), order, Bench::dataError));
        bench.queue.send(List.of(order, order()), 3);
        Worker worker = bench.worker();
        worker.runOnce();
        for (int i = 0; i < 4; i++) {
            bench.pass(Duration.ofSeconds(1));
            worker.runOnce();
        }
        assertEquals(-1, bench.status(order), "an order that cannot even be parked waits");
        assertTrue(bench.events.all.contains("broken worker"), bench.events.all::toString);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.PARKED, order);
        assertEquals(List.of(), bench.attempts());
        worker.close();
    }

    @Test
    void aMessageThatIsNoFrameIsSetAsideWithItsBytesAndAcked() throws InterruptedException {
        byte[] body = "not a frame".getBytes(StandardCharsets.UTF_8);
        OrderEntry neighbour = order();
        Delivery bad = bench.queue.send(body, 0);
        Delivery good = bench.queue.send(neighbour);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of(good, bad), bench.queue.acked);
        bench.assertStatus(OrderStatus.COMPLETED, neighbour);
        assertEquals(List.of(UNDECODABLE + " -"), bench.deadLetters());
        assertEquals(
                List.of("not a frame"),
                shop.read("SELECT UTF8TOSTRING(body) FROM " + shop.tables().deadLetter()));
        bench.queue.send(body, 1);
        bench.drain(worker);
        assertEquals(List.of("deadLettered UNDECODABLE"), bench.events.starting("dead"));
        assertEquals(1, bench.deadLetters().size());
        worker.close();
    }

    @Test
    void theBeginningOfAnOversizedMessageIsSetAsideAndAckedEvenIfItLooksLikeAFrame() throws InterruptedException {
        OrderEntry stranger = order();
        OrderEntry neighbour = order();
        byte[] hash = new byte[32];
        hash[31] = 7;
        byte[] beginning = FrameCodec.encode(Frame.NO_SHOP, List.of(stranger));
        Delivery bad = bench.queue.sendBeginning(beginning, new Delivery.Oversized(60_000_000, hash));
        Delivery good = bench.queue.send(neighbour);
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(List.of(good, bad), bench.queue.acked);
        bench.assertStatus(OrderStatus.COMPLETED, neighbour);
        assertEquals(-1, bench.status(stranger), "no order is in what was cut");
        assertEquals(
                List.of("1 a frame must have at most 262144 bytes: 60000000 60000000 " + beginning.length + " "
                        + "0".repeat(63) + "7"),
                shop.read("SELECT CONCAT_WS(' ', reason, detail, length, OCTET_LENGTH(body), RAWTOHEX(hash)) FROM "
                        + shop.tables().deadLetter()));
        worker.close();
    }

    @Test
    void withTheDatabaseAwayAMessageThatIsNoFrameStaysUnacked() throws InterruptedException {
        Delivery bad = bench.queue.send(new byte[] {1, 2, 3}, 0);
        shop.dataSource().setPlan(FaultPlan.random(1, 1.0));
        Worker worker = bench.worker();
        for (int i = 0; i < 10; i++) {
            bench.step(worker);
        }
        assertEquals(List.of(), bench.queue.acked);
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        assertEquals(List.of(bad), bench.queue.acked);
        assertEquals(1, bench.deadLetters().size());
        worker.close();
    }

    @Test
    void nothingIsAckedBeforeItIsInTheDeadLetters() throws InterruptedException {
        OrderEntry poison = order();
        Delivery bad = bench.queue.send(new byte[] {1, 2, 3}, 0);
        Delivery poisonous = bench.queue.send(poison);
        shop.dataSource().setPlan(bench.whenDecided(poison, Bench::dataError).and((step, sql) -> {
            if (sql.startsWith("INSERT INTO " + shop.tables().deadLetter())) {
                throw FaultPlan.lost(step);
            }
        }));
        Worker worker = bench.worker();
        for (int i = 0; i < 20; i++) {
            bench.step(worker);
        }
        assertEquals(List.of(), bench.queue.acked, "the order that cannot be decided");
        shop.dataSource().setPlan(bench.whenDecided(poison, Bench::dataError).and((step, sql) -> {
            if (sql.startsWith("INSERT INTO " + shop.tables().deadLetter())
                    && bench.deadLetters().size() == 1) {
                throw FaultPlan.lost(step);
            }
        }));
        for (int i = 0; i < 20; i++) {
            bench.step(worker);
        }
        assertEquals(List.of(poisonous), bench.queue.acked, "the message that is no frame");
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        assertEquals(List.of(poisonous, bad), bench.queue.acked);
        assertEquals(2, bench.deadLetters().size());
        worker.close();
    }

    @Test
    void otherContentUnderATakenIdIsSetAsideAndTold() throws InterruptedException {
        OrderEntry first = order();
        OrderEntry other = conflicting(first);
        OrderEntry neighbour = order();
        Delivery frame = bench.queue.send(List.of(first, other, neighbour), 0);
        Worker worker = bench.worker();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, first, neighbour);
        assertEquals(List.of(letter(CONFLICT, first)), bench.deadLetters());
        assertEquals(List.of("conflict " + first.id()), bench.events.starting("conflict"));
        assertEquals(List.of(frame), bench.queue.acked);
        bench.queue.send(other);
        bench.drain(worker);
        assertEquals(1, bench.events.starting("conflict").size(), "told at most once");
        worker.close();
    }

    @Test
    void otherContentIsNotAckedBeforeItIsSetAside() throws InterruptedException {
        OrderEntry first = order();
        Delivery frame = bench.queue.send(List.of(first, conflicting(first)), 0);
        shop.dataSource().setPlan((step, sql) -> {
            if (sql.startsWith("INSERT INTO " + shop.tables().deadLetter())) {
                throw FaultPlan.lost(step);
            }
        });
        Worker worker = bench.worker();
        for (int i = 0; i < 10; i++) {
            bench.step(worker);
        }
        bench.assertStatus(OrderStatus.COMPLETED, first);
        assertFalse(bench.queue.acked.contains(frame));
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void aFrameFullOfOtherContentsCostsAFewTransactionsAndNotOneEach() throws InterruptedException {
        List<OrderEntry> first = orders(500);
        shop.journalRows(first);
        Delivery frame = bench.queue.send(first.stream().map(Bench::conflicting).toList(), 0);
        AtomicInteger commits = new AtomicInteger();
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_COMMIT) {
                commits.incrementAndGet();
            }
        });
        Worker worker = bench.worker();
        bench.drain(worker);
        assertEquals(500, bench.deadLetters().size());
        assertEquals(500, Set.copyOf(bench.events.starting("conflict")).size());
        assertEquals(List.of(frame), bench.queue.acked);
        assertTrue(commits.get() < 5, () -> commits + " transactions");
        worker.close();
    }

    @Test
    void whatCanNotBeSetAsideHoldsNoConnectionDuringItsLongPauses() throws InterruptedException {
        OrderEntry first = order();
        Delivery frame = bench.queue.send(List.of(first, conflicting(first)), 0);
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE
                    && sql.startsWith("INSERT INTO " + shop.tables().deadLetter())) {
                throw Bench.dataError();
            }
        });
        Worker worker = bench.worker();
        for (int i = 0; i < 10 && bench.events.starting("broken").isEmpty(); i++) {
            bench.step(worker);
        }
        assertEquals(List.of("broken worker"), bench.events.starting("broken"));
        assertEquals(0, shop.dataSource().openConnections());
        shop.dataSource().setPlan(FaultPlan.NONE);
        bench.drain(worker);
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void parkingLeavesTheOrderAloneThatHasTheIdWithOtherContent() throws InterruptedException {
        OrderEntry first = order();
        OrderEntry killer = conflicting(first);
        shop.journalRows(List.of(first));
        bench.claimedBySomeoneElse(killer, 3, Bench.CLAIM.plusSeconds(1));
        Delivery frame = bench.queue.send(List.of(killer), 3);
        Worker worker = bench.worker();
        bench.drain(worker);
        bench.assertStatus(OrderStatus.PENDING, first);
        assertEquals(List.of(letter(CONFLICT, first)), bench.deadLetters());
        assertEquals(List.of("conflict " + first.id()), bench.events.starting("conflict"));
        assertEquals(List.of(frame), bench.queue.acked);
        worker.close();
    }

    @Test
    void anOrderThatWasDecidedMeanwhileIsNotParkedAndNobodyIsTold() throws InterruptedException {
        OrderEntry order = order();
        bench.queue.send(order);
        Worker worker = bench.worker();
        bench.drain(worker);
        bench.claimedBySomeoneElse(order, 3, Bench.CLAIM.plusSeconds(1));
        Delivery frame = bench.queue.send(List.of(order), 3);
        bench.drain(worker);
        bench.assertStatus(OrderStatus.COMPLETED, order);
        assertTrue(bench.queue.acked.contains(frame));
        assertEquals(List.of(), bench.deadLetters());
        assertEquals(List.of(), bench.events.starting("dead"));
        worker.close();
    }
}
