package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.QueueFinding;
import io.orderflow.samples.Documents;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import io.orderflow.testing.PlantedFindings;
import io.orderflow.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an examination finds on a node of the tests' own, with its management plugin. */
final class RabbitExaminationTest extends NodeTests {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String POLICY = "policies/%2F/planted";
    private static final String USER = "users/untagged";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Where the plugin answers; asked for once. */
    private static URI management;

    RabbitExaminationTest() {
        super("examined-", PATIENCE);
    }

    private static URI management() {
        if (management == null) {
            management = URI.create("http://127.0.0.1:" + node.control().enableManagement());
        }
        return management;
    }

    /** What it counts all the time is no business of the tests that follow. */
    @AfterAll
    static void disableManagement() {
        if (management != null) {
            management = null;
            node.control().disableManagement();
        }
    }

    /** Asks the plugin for something. */
    private static int manage(String method, String path, String body) throws IOException, InterruptedException {
        String login = Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(management().resolve("/api/" + path))
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + login)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static void change(String method, String path, String body) throws IOException, InterruptedException {
        int status = manage(method, path, body);
        assertEquals(2, status / 100, () -> method + " " + path + ": " + status);
    }

    private void setPolicy(String definition) throws IOException, InterruptedException {
        String body = "{\"pattern\":\"^" + name + "$\",\"apply-to\":\"queues\",\"definition\":" + definition + "}";
        change("PUT", POLICY, body);
    }

    private RabbitQueue.Builder builder() {
        return RabbitQueue.builder(node.uri()).queue(name);
    }

    private static List<QueueFinding> examine(RabbitQueue.Builder builder) {
        try (RabbitQueue queue = builder.build()) {
            return queue.examine(PATIENCE);
        }
    }

    private static Set<String> ids(List<QueueFinding> findings) {
        return findings.stream().map(QueueFinding::id).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertOnly(RabbitFinding kind, List<QueueFinding> findings) {
        assertEquals(Set.of(kind.id()), ids(findings), findings::toString);
        assertEquals(kind.of(findings.get(0).found()), findings.get(0));
    }

    /** The plugin counts once in a while. */
    private void awaitOnly(RabbitFinding kind) {
        Eventually.await(
                kind.id(),
                Duration.ofMinutes(2),
                () -> !examine(builder().management(management())).isEmpty(),
                () -> "nothing is found");
        assertOnly(kind, examine(builder().management(management())));
    }

    @Test
    @DisplayName("A queue as it should be, and one that was never used, have no finding, and the latter is not made")
    void right() throws Exception {
        assertEquals(List.of(), examine(builder().management(management())));
        try (RabbitQueue queue = builder().build()) {
            assertEquals(404, manage("GET", "queues/%2F/" + name, ""));
            queue.check();
        }
        assertEquals(List.of(), examine(builder().management(management())));
    }

    @Test
    @DisplayName("Without the address of the plugin it says what it did not look at")
    void notManaged() {
        assertOnly(RabbitFinding.RABBIT_NOT_MANAGED, examine(builder()));
    }

    @Test
    @DisplayName("A plugin that is away or refuses the user is a finding that shows no password")
    void managementAway() throws Exception {
        List<QueueFinding> away = examine(builder().management(URI.create("http://127.0.0.1:" + Ports.free())));
        assertOnly(RabbitFinding.RABBIT_MANAGEMENT_AWAY, away);
        change("PUT", USER, "{\"password\":\"s3cret_of_tests\",\"tags\":\"\"}");
        change("PUT", "permissions/%2F/untagged", "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}");
        try {
            List<QueueFinding> refused = examine(
                    builder().user("untagged").password("s3cret_of_tests").management(management()));
            assertOnly(RabbitFinding.RABBIT_MANAGEMENT_AWAY, refused);
            assertTrue(refused.toString().contains("401"), refused::toString);
            assertFalse(refused.toString().contains("s3cret"), refused::toString);
        } finally {
            change("DELETE", USER, "");
        }
    }

    @Test
    @DisplayName("A server that calls itself older than quorum queues that keep what they confirmed is found")
    void tooOld() {
        String version;
        try (RabbitQueue queue = builder().build()) {
            version = queue.server().orElseThrow().split(" ")[1];
        }
        try (FaultProxy proxy = FaultProxy.to(node.address())) {
            RabbitQueue.Builder disguised = RabbitQueue.builder("amqp://127.0.0.1:" + proxy.port())
                    .queue(name)
                    .management(management());
            assertEquals(List.of(), examine(disguised), "as it is");
            proxy.disguise(version, "3.9." + "0".repeat(version.length() - "3.9.".length()));
            assertOnly(RabbitFinding.RABBIT_TOO_OLD, examine(disguised));
        }
    }

    @Test
    @DisplayName("A queue with other arguments is found and left as it is")
    void otherArguments() throws Exception {
        node.byHand(channel -> channel.queueDeclare(name, true, false, false, Map.of("x-queue-type", "classic")));
        assertOnly(RabbitFinding.RABBIT_OTHER_ARGUMENTS, examine(builder().management(management())));
        node.byHand(channel -> channel.queueDelete(name));
    }

    @Test
    @DisplayName("Each policy that deletes messages is found")
    void policies() throws Exception {
        try (RabbitQueue queue = builder().build()) {
            queue.check();
        }
        for (String policy : List.of(
                "{\"message-ttl\":60000}",
                "{\"max-length\":10,\"overflow\":\"drop-head\"}",
                "{\"delivery-limit\":3}")) {
            setPolicy(policy);
            awaitOnly(RabbitFinding.RABBIT_POLICY_DELETES);
            change("DELETE", POLICY, "");
            Eventually.await(
                    "the policy is gone",
                    Duration.ofMinutes(2),
                    () -> examine(builder().management(management())).isEmpty(),
                    () -> examine(builder().management(management())).toString());
        }
    }

    @Test
    @DisplayName("A policy that only bounds the queue is none")
    void bound() throws Exception {
        try (RabbitQueue queue = builder().build()) {
            queue.check();
        }
        setPolicy("{\"max-length\":1000000}");
        try {
            assertEquals(List.of(), examine(builder().management(management())));
        } finally {
            change("DELETE", POLICY, "");
        }
    }

    @Test
    @DisplayName("An alarm is found over AMQP alone")
    void alarm() throws Exception {
        node.duringAlarm(() -> {
            List<QueueFinding> findings = examine(builder());
            assertEquals(
                    Set.of(RabbitFinding.RABBIT_ALARM.id(), RabbitFinding.RABBIT_NOT_MANAGED.id()),
                    ids(findings),
                    findings::toString);
            assertTrue(findings.get(0).found().contains("disk"), findings::toString);
        });
    }

    @Test
    @DisplayName("A server that is away is a finding, and so is a wrong password, which is not shown")
    void away() {
        List<QueueFinding> away = examine(RabbitQueue.builder("amqp://127.0.0.1:" + Ports.free())
                .queue(name)
                .management(management()));
        assertEquals(
                List.of("queue-unusable"), away.stream().map(QueueFinding::id).toList(), away::toString);
        List<QueueFinding> refused = examine(builder().password("wr0ng_one"));
        assertEquals("queue-unusable", refused.get(0).id(), refused::toString);
        assertFalse(refused.toString().contains("wr0ng_one"), refused::toString);
    }

    @Test
    @DisplayName("No finding is without a test that makes something wrong and has it found")
    void planted() {
        assertEquals(List.of(), PlantedFindings.missing("order-queue-rabbit", RabbitFinding.class));
    }

    @Test
    @DisplayName("The documents name every finding")
    void documents() {
        assertEquals(
                Arrays.stream(RabbitFinding.values())
                        .map(kind -> kind.of(""))
                        .map(each -> List.of("`" + each.id() + "`", "" + each.severity(), each.stake(), each.setting()))
                        .toList(),
                Documents.tableAfter("<!-- checked: findings of RabbitMQ -->"));
    }
}
