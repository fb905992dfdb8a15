package io.orderflow.testkit.queue;

import static io.orderflow.testkit.queue.BrokenQueues.consume;
import static io.orderflow.testkit.queue.BrokenQueues.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.orderflow.queue.Durability;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.InMemoryQueues;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.PublishResult.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Shows that the contract can fail: for each of its tests there is a queue with one fault that only has to pass to
 * prove it wrong.
 */
final class ContractCatchesBrokenQueuesTest {
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(8);
    private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(2);
    static final Duration ANSWER_BOUND = Duration.ofMillis(1_500);
    private static final LongSupplier CLOCK = System::nanoTime;
    private static final long MEMORY = 64L << 20;

    /** A queue with one fault, the contract's test that must fail on it, and a part of what that test must say. */
    private record Broken(String what, LongSupplier clock, UnaryOperator<OrderQueue> fault, String test, String says) {
        @Override
        public String toString() {
            return what + ": " + test;
        }
    }

    private static Broken broken(String what, UnaryOperator<OrderQueue> fault, String test, String says) {
        return new Broken(what, CLOCK, fault, test, says);
    }

    private static List<Broken> all() {
        List<Broken> all = new ArrayList<>();
        all.addAll(brokenAtPublish());
        all.addAll(brokenAtReceive());
        all.addAll(brokenAtSettling());
        all.addAll(brokenAtLeases());
        all.addAll(brokenAtClose());
        all.addAll(brokenInOutages());
        return all;
    }

    private static List<Broken> brokenAtPublish() {
        return List.of(
                broken("must be checked first", BrokenQueues::worksOnlyAfterCheck, "anyMethodMayBeTheFirst", "REFUSED"),
                broken("drops one in 100", BrokenQueues.dropsEveryHundredth(), "donePublishIsReceived", "depth 200"),
                broken(
                        "no exception for no bytes",
                        publish((inner, message, timeout) ->
                                message.length == 0 ? PublishResult.refused("empty") : inner.publish(message, timeout)),
                        "mistakesAreThrownBack",
                        "IllegalArgumentException"),
                broken(
                        "answers too late",
                        publish((inner, message, timeout) -> {
                            BrokenQueues.pause(timeout.plusMillis(500));
                            return inner.publish(message, timeout);
                        }),
                        "publishIsBounded",
                        "allowed are PT0.15S"),
                broken(
                        "bytes are text",
                        publish(BrokenQueues::throughText),
                        "bytesArriveAsTheyWereGiven",
                        "nobody sent"),
                broken("says DURABLE", BrokenQueues::durabilityNeverChanges, "durabilityIsAsItIs", "WEAK"),
                broken("one thread only", BrokenQueues::forOneThreadOnly, "anyThreadMayCall", "another thread"));
    }

    private static List<Broken> brokenAtReceive() {
        return List.of(
                broken(
                        "waits too long",
                        consume(BrokenConsumers.WaitsTooLong::new),
                        "receiveIsBounded",
                        "allowed are PT1S"),
                broken(
                        "takes too many",
                        consume(BrokenConsumers.TakesTooMany::new),
                        "receiveTakesWhatIsThere",
                        "asked for at most 2"),
                broken(
                        "takes too many that come back",
                        consume(BrokenConsumers.TakesTooManyThatComeBack::new),
                        "receiveTakesNoMoreOfWhatComesBack",
                        "asked for at most 2"),
                broken(
                        "takes any wait",
                        consume(BrokenConsumers.TakesAnyWait::new),
                        "mistakesOfReceivingAreThrownBack",
                        "IllegalArgumentException"),
                broken(
                        "counts its wait in nanoseconds",
                        consume(BrokenConsumers.WaitsInNanoseconds::new),
                        "endlessTimesAreTaken",
                        "overflow"),
                broken(
                        "is not woken",
                        consume(BrokenConsumers.IsNotWoken::new),
                        "waitingReceiveIsWoken",
                        "did not end within"),
                broken(
                        "swallows interrupts",
                        consume(BrokenConsumers.SwallowsInterrupts::new),
                        "waitingReceiveCanBeInterrupted",
                        "returned"),
                broken(
                        "counts nothing",
                        consume(BrokenConsumers.CountsNothing::new),
                        "deliveriesAreCounted",
                        "released once"),
                broken(
                        "counts nothing",
                        consume(BrokenConsumers.CountsNothing::new),
                        "expiredLeasesAreCounted",
                        "its lease ran out once"),
                broken(
                        "counts one delivery",
                        consume(BrokenConsumers.CountsOnce::new),
                        "everyDeliveryIsCounted",
                        "released four times"),
                broken(
                        "delivers some twice",
                        BrokenQueues.storesEveryHundredthTwice(),
                        "eachIsAckedOnceByOne",
                        "came to consumer"));
    }

    private static List<Broken> brokenAtSettling() {
        return List.of(
                broken(
                        "is not woken by a release",
                        consume(BrokenConsumers.IsNotWoken::new),
                        "releaseReachesAWaitingReceive",
                        "did not end within"),
                broken(
                        "keeps what it released",
                        consume(BrokenConsumers.KeepsWhatItReleased::new),
                        "releaseDoesNotComeStraightBack",
                        "only [] of 1"),
                broken(
                        "release removes",
                        consume(BrokenConsumers.ReleaseAcks::new),
                        "deliveredUntilAcked",
                        "only [] of 1"),
                broken(
                        "acks on receive",
                        consume(BrokenConsumers.AcksOnReceive::new),
                        "messageOutlivesItsConsumer",
                        "never came"),
                broken(
                        "acks on receive",
                        consume(BrokenConsumers.AcksOnReceive::new),
                        "dyingConsumersLoseNothing",
                        "expected"),
                broken(
                        "close acks",
                        consume(BrokenConsumers.AcksOnClose::new),
                        "messageOutlivesAClosedConsumer",
                        "never came"),
                broken(
                        "close forgets what it holds",
                        consume(BrokenConsumers.CloseForgets::new),
                        "closeGivesBack",
                        "only [] of 2"),
                broken("ack removes nothing", consume(BrokenConsumers.AckDoesNothing::new), "ackRemoves", "no depth 1"),
                broken(
                        "acks all before",
                        consume(BrokenConsumers.AcksAllBefore::new),
                        "laterAckLeavesEarlierMessages",
                        "depth 3"),
                broken(
                        "late ack removes the next",
                        consume(BrokenConsumers.LateAckRemovesTheNext::new),
                        "lateAckIsHarmless",
                        "not for this one"),
                broken(
                        "late ack throws",
                        consume(BrokenConsumers.LateAckThrows::new),
                        "lateAckIsHarmless",
                        "unknown delivery tag"),
                broken(
                        "release does nothing",
                        consume(BrokenConsumers.ReleaseDoesNothing::new),
                        "releaseReturns",
                        "only [] of 1"));
    }

    private static List<Broken> brokenAtLeases() {
        UnaryOperator<OrderQueue> fine = UnaryOperator.identity();
        LongSupplier fast = () -> System.nanoTime() * 3;
        LongSupplier slow = () -> System.nanoTime() / 8;
        return List.of(
                new Broken("leases too short", fast, fine, "leaseEndsWhenItSaid", "given away after"),
                new Broken("leases too short", fast, fine, "dyingConsumersLoseNothing", "given away before"),
                new Broken("leases too long", slow, fine, "leaseEndsWhenItSaid", "only [] of 1"),
                broken("takes any lease", BrokenQueues::takesAnyLease, "leasesHaveARange", "IllegalArgumentException"),
                broken(
                        "renew does nothing",
                        consume(BrokenConsumers.RenewDoesNothing::new),
                        "renewStartsTheLeaseAnew",
                        "only the neglected one"),
                broken(
                        "renew does nothing",
                        consume(BrokenConsumers.RenewDoesNothing::new),
                        "renewAsksTheServer",
                        "nobody knows whose it is"),
                broken(
                        "renew hides loss",
                        consume(BrokenConsumers.RenewHidesLoss::new),
                        "renewStartsTheLeaseAnew",
                        "the other consumer has one"));
    }

    private static List<Broken> brokenAtClose() {
        return List.of(
                broken("never closes", BrokenQueues::neverCloses, "closedQueueRefuses", "REFUSED"),
                broken("never closes", BrokenQueues::neverCloses, "closeEndsWaitingReceive", "did not end within"),
                broken("never closes", BrokenQueues::neverCloses, "publishDuringClose", "the queue is closed"),
                broken(
                        "never closes",
                        BrokenQueues::neverCloses,
                        "closeEndsWaitingForAFrozenServer",
                        "did not end within"),
                broken(
                        "empties at close",
                        BrokenQueues::emptiesAtClose,
                        "storedMessagesOutliveTheObject",
                        "never came"));
    }

    private static List<Broken> brokenInOutages() {
        return List.of(
                broken("connects when built", BrokenQueues::connectsWhenBuilt, "buildingNeedsNoServer", "constructor"),
                broken(
                        "never comes back",
                        BrokenQueues::neverComesBack,
                        "firstUseInAnOutageMendsItself",
                        "working publish"),
                broken(
                        "never reconnects",
                        consume(BrokenConsumers.NeverReconnects::new),
                        "consumerMendsItself",
                        "no delivery of"),
                broken(
                        "waits for the server",
                        consume(BrokenConsumers.WaitsForTheServer::new),
                        "receiveIsBoundedWhileFrozen",
                        "allowed are PT1.5S"),
                broken(
                        "throws in an outage",
                        publish(BrokenQueues::throwsInAnOutage),
                        "publishToADeadServer",
                        "connection refused"),
                broken(
                        "one publish at a time",
                        BrokenQueues.onePublishAtATime(),
                        "publishToAFrozenServer",
                        "allowed are PT0.4S"),
                broken(
                        "DONE without an answer",
                        BrokenQueues.says(Outcome.DONE, Outcome.UNKNOWN),
                        "publishToAFrozenServer",
                        "a frozen server"),
                broken(
                        "swallows an ack's error",
                        consume(BrokenConsumers.AckSwallowsErrors::new),
                        "whatCanNotBeSettledIsSaid",
                        "unsaid: [acked], came: []"),
                broken(
                        "waits for an answer",
                        BrokenQueues::waitsForAnAnswer,
                        "everyCallIsBoundedWhileFrozen",
                        "depth of a frozen server took"),
                broken("writes behind", BrokenQueues::writesBehind, "outcomesAreTrueAcrossAKill", "never came"),
                broken(
                        "REFUSED when unknown",
                        BrokenQueues.says(Outcome.REFUSED, Outcome.UNKNOWN),
                        "outcomesAreTrueAcrossAFreeze",
                        "REFUSED, yet delivered"),
                broken(
                        "durability read once",
                        BrokenQueues::readsDurabilityOnce,
                        "unreachableIsNotDurable",
                        "survives kill()"),
                broken(
                        "durability read once",
                        BrokenQueues::readsDurabilityOnce,
                        "weakenedIsNotDurable",
                        "survives kill()"));
    }

    @TestFactory
    @DisplayName("Every broken queue is caught")
    Stream<DynamicTest> everyBrokenQueueIsCaught() {
        return all().stream()
                .map(broken -> new Object() {
                    final Future<Throwable> failure = THREADS.submit(() -> failureOf(broken));
                    final Broken caught = broken;
                })
                .toList()
                .stream()
                .map(run -> DynamicTest.dynamicTest(run.caught.toString(), () -> {
                    Throwable failure = run.failure.get(60, TimeUnit.SECONDS);
                    assertTrue(
                            failure.toString().contains(run.caught.says()),
                            () -> "should say '" + run.caught.says() + "': " + failure);
                }));
    }

    @Test
    @DisplayName("No test of the contract is without a broken queue that it catches")
    void everyTestCatchesSomething() {
        Set<String> catching = all().stream().map(Broken::test).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(names(FakeServerContractTest.class), catching);
    }

    @Test
    @DisplayName("Every rule Q1 to Q13 has a test that names it")
    void everyRuleHasATest() {
        String titles = tests(FakeServerContractTest.class)
                .map(test -> test.getAnnotation(DisplayName.class).value())
                .map(title -> title.substring(0, title.indexOf(':')))
                .collect(Collectors.joining(", "));
        Set<String> named = Set.copyOf(List.of(titles.split(", ")));
        for (int rule = 1; rule <= 13; rule++) {
            assertTrue(named.contains("Q" + rule), "Q" + rule + " has no test; named are " + new TreeSet<>(named));
        }
    }

    private static Stream<Method> tests(Class<?> contract) {
        return Arrays.stream(contract.getMethods()).filter(method -> method.isAnnotationPresent(Test.class));
    }

    private static Set<String> names(Class<?> contract) {
        return tests(contract).map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Throwable failureOf(Broken broken) throws Exception {
        boolean needsServer = !names(InMemoryQueueContractTest.class).contains(broken.test());
        OrderQueueContract contract = needsServer ? onServer(broken) : inMemory(broken);
        contract.openLab();
        try {
            contract.getClass().getMethod(broken.test()).invoke(contract);
            return fail(broken + " was not caught");
        } catch (InvocationTargetException e) {
            return e.getCause();
        } finally {
            contract.closeLab();
        }
    }

    @AfterAll
    static void stopThreads() {
        THREADS.shutdownNow();
    }

    /** The contract as the broken queue's author would extend it, with little patience. */
    private static OrderQueueContract inMemory(Broken broken) {
        return new OrderQueueContract() {
            @Override
            protected OrderQueue open() {
                return broken.fault().apply(InMemoryQueues.withClock(broken.clock(), MEMORY));
            }

            @Override
            protected Durability.Level expectedDurability() {
                return Durability.Level.WEAK;
            }

            @Override
            protected Duration lease() {
                return Duration.ofSeconds(1);
            }

            @Override
            protected Duration patience() {
                return LITTLE_PATIENCE;
            }

            @Override
            protected Duration answerBound() {
                return ANSWER_BOUND;
            }
        };
    }

    private static OrderQueueContract onServer(Broken broken) {
        FakeServer server = new FakeServer(InMemoryQueue.builder()::build);
        return new SharedQueueContract() {
            @Override
            protected OrderQueue open() {
                return reopen();
            }

            @Override
            protected OrderQueue reopen() {
                return broken.fault().apply(server.connect("orders"));
            }

            @Override
            protected Optional<ServerControl> server() {
                return Optional.of(server);
            }

            @Override
            protected Durability.Level expectedDurability() {
                return Durability.Level.DURABLE;
            }

            @Override
            protected Duration lease() {
                return Duration.ofSeconds(1);
            }

            @Override
            protected Duration patience() {
                return LITTLE_PATIENCE;
            }

            @Override
            protected Duration answerBound() {
                return ANSWER_BOUND;
            }

            @Override
            protected Duration recovery() {
                return LITTLE_PATIENCE;
            }

            @Override
            protected Duration durabilityAge() {
                return Duration.ofSeconds(1);
            }
        };
    }
}
