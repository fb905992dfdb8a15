package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import io.orderflow.testkit.MachineLag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One dependency down does not stop the intake (P6): what callers see of {@code serve} while its servers are dead or
 * frozen.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServeOutageTest {
    static final String ORDER = "{\"buyer\":1,\"lines\":[{\"product\":1,\"quantity\":1}]}";

    /** The deadline of a submission, and room for HTTP on a busy machine. */
    private static final Duration DEADLINE = Duration.ofSeconds(6);

    private static final Duration SOON = Duration.ofMillis(100);
    private static final int SUBMISSIONS = 20;

    final PrivateServer mariadb = PrivateServer.start(ServerKind.MARIADB);
    final Broker broker;
    private final TestDatabase database = TestDatabase.on(mariadb.address());
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private boolean databaseFrozen;
    private ServeProcess serve;
    private ServeSite site;

    ServeOutageTest(ServerKind kind) {
        broker = Broker.ready(kind);
        opened.push(mariadb);
        opened.push(database);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = new ServeSite(database, broker, folder);
        serve = ServeProcess.start(site.options());
        opened.push(serve);
        awaitAllIsWell();
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    ServeSite site() {
        return site;
    }

    ShopClient client() {
        return serve.client();
    }

    @AfterEach
    void heal() throws Exception {
        broker.heal();
        healDatabase();
        awaitAllIsWell();
        assertEquals(202, client().order(ORDER).status());
        site.awaitEmptyQueue();
    }

    void healDatabase() {
        if (databaseFrozen) {
            mariadb.thaw();
            databaseFrozen = false;
        }
        if (!mariadb.isAlive()) {
            mariadb.restart();
        }
    }

    private void freezeDatabase() {
        mariadb.freeze();
        databaseFrozen = true;
    }

    private void awaitAllIsWell() {
        Eventually.await(
                "all is well",
                ServeSite.BOUND,
                () -> ServeSite.isUp(client()),
                () -> ServeSite.get(client(), "/health/ready").toString());
    }

    /** What the caller got, and when. */
    record Submission(String key, Answer answer, Duration time) {
        String orderId() {
            return answer.text("orderId");
        }

        boolean isUnknown() {
            return answer.text("outcome").equals("unknown");
        }
    }

    /**
     * Orders one after the other. The first ones may have to find out about the outage, the later ones may not wait for
     * it.
     */
    List<Submission> submitMany(ShopClient client) throws Exception {
        try (MachineLag lag = MachineLag.watch()) {
            return submitMany(client, lag);
        }
    }

    private List<Submission> submitMany(ShopClient client, MachineLag lag) throws Exception {
        List<Submission> all = new ArrayList<>();
        for (int i = 0; i < SUBMISSIONS; i++) {
            String key = "order-" + System.nanoTime();
            long start = System.nanoTime();
            Answer answer = client.order(ORDER, "Idempotency-Key", key);
            all.add(new Submission(key, answer, Duration.ofNanos(System.nanoTime() - start)));
        }
        List<Duration> times = all.stream().map(Submission::time).toList();
        System.out.println(getClass().getSimpleName() + ", ms: "
                + times.stream().map(Duration::toMillis).toList());
        times.forEach(time -> assertTrue(time.compareTo(DEADLINE) < 0, times::toString));
        Duration usual = times.stream().sorted().toList().get(SUBMISSIONS / 2);
        assertTrue(usual.compareTo(lag.extend(SOON)) < 0, () -> times + "; " + lag);
        return all;
    }

    static void assertAllAccepted(List<Submission> submissions) {
        submissions.forEach(each -> assertEquals(202, each.answer().status(), each::toString));
    }

    static void assertAllRefused(List<Submission> submissions) {
        submissions.forEach(each -> {
            assertEquals(503, each.answer().status(), each::toString);
            assertTrue(each.answer().header("Retry-After").isPresent(), each::toString);
        });
    }

    private void assertDecided(List<Submission> submissions) {
        ServeSite.awaitVerdicts(submissions.stream().map(Submission::orderId).toList(), client());
    }

    @Test
    @DisplayName("While the database is stopped, the queue accepts, and the verdicts are there once it is back")
    void databaseStopped() throws Exception {
        mariadb.kill();
        acceptedByTheQueue();
    }

    @Test
    @DisplayName("While the database is frozen, the queue accepts, and the verdicts are there once it goes on")
    void databaseFrozen() throws Exception {
        freezeDatabase();
        acceptedByTheQueue();
    }

    private void acceptedByTheQueue() throws Exception {
        List<Submission> submissions = submitMany(client());
        assertAllAccepted(submissions);
        assertEquals(503, ServeSite.get(client(), "/products/1").status(), "reads need the database");
        healDatabase();
        assertDecided(submissions);
    }

    @Test
    @DisplayName("While the queue is stopped, the journal accepts, and recovery decides within a second")
    void queueStopped() throws Exception {
        broker.kill();
        acceptedByTheJournal();
    }

    @Test
    @DisplayName("While the queue is frozen, the journal accepts, and recovery decides within a second")
    void queueFrozen() throws Exception {
        broker.freeze();
        acceptedByTheJournal();
    }

    private void acceptedByTheJournal() throws Exception {
        List<Submission> submissions = submitMany(client());
        assertAllAccepted(submissions);
        assertDecided(submissions);
        List<Duration> times = submissions.stream()
                .map(each -> ServeSite.decisionTime(client(), each.orderId()))
                .toList();
        System.out.println(getClass().getSimpleName() + ", decided after, ms: "
                + times.stream().map(Duration::toMillis).toList());
        times.forEach(time -> assertTrue(time.compareTo(Duration.ofSeconds(2)) < 0, times::toString));
        Duration usual = times.stream().sorted().toList().get(SUBMISSIONS / 2);
        assertTrue(usual.compareTo(Duration.ofSeconds(1)) < 0, times::toString);
    }

    @Test
    @DisplayName("While both are stopped, nothing is accepted, not by halves either")
    void bothStopped() throws Exception {
        mariadb.kill();
        broker.kill();
        acceptedByNobody();
    }

    @Test
    @DisplayName("While both are frozen, nothing is accepted that nobody was told about")
    void bothFrozen() throws Exception {
        freezeDatabase();
        broker.freeze();
        acceptedByNobody();
    }

    private void acceptedByNobody() throws Exception {
        List<Submission> submissions = submitMany(client());
        assertAllRefused(submissions);
        assertEquals(503, ServeSite.get(client(), "/health/ready").status());
        broker.heal();
        healDatabase();
        awaitAllIsWell();
        List<Submission> refused =
                submissions.stream().filter(each -> !each.isUnknown()).toList();
        assertTrue(refused.size() > SUBMISSIONS / 2, () -> "hardly a clear answer: " + submissions);
        // the same keys again: whatever was accepted by halves would be a duplicate now
        for (int i : IntStream.range(0, refused.size()).toArray()) {
            Answer again =
                    client().order(ORDER, "Idempotency-Key", refused.get(i).key());
            assertEquals(202, again.status(), again::toString);
        }
    }
}
