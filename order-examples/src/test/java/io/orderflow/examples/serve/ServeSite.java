package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.serve.ShopClient.Answer;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One shop's database and queue server, what all its programs are told about them, and what must hold there. */
final class ServeSite {
    static final Duration BOUND = Duration.ofSeconds(60);

    private final TestDatabase database;
    private final Broker broker;
    private final List<String> options;

    /** Keeps the database's password in a file in that folder. */
    ServeSite(TestDatabase database, Broker broker, Path folder) throws IOException {
        this.database = database;
        this.broker = broker;
        Path password = Files.writeString(folder.resolve("password"), database.password() + "\n");
        this.options = new ArrayList<>(List.of(
                "--db", database.jdbcUrl(), "--db-user", database.user(), "--db-password-file", password.toString()));
        options.addAll(broker.options());
    }

    /** The options of a program here, and more of its own. */
    List<String> options(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return all;
    }

    /** Waits until each of these orders has a verdict. */
    static void awaitVerdicts(Collection<String> orderIds, ShopClient client) {
        Set<String> open = new HashSet<>(orderIds);
        Eventually.await(
                "all accepted orders are decided",
                BOUND,
                () -> {
                    open.removeIf(orderId -> hasVerdict(client, orderId));
                    return open.isEmpty();
                },
                () -> open.size() + " open: " + open.stream().limit(5).toList());
    }

    /** Waits until so many orders have a verdict. */
    void awaitVerdicts(int orders) {
        String query = "SELECT COUNT(*) FROM orderflow_orders WHERE status IN (1, 2)";
        Eventually.await(
                orders + " orders are decided",
                BOUND,
                () -> read(query).equals(List.of(Integer.toString(orders))),
                () -> read(query).toString());
    }

    static boolean hasVerdict(ShopClient client, String orderId) {
        Answer answer = get(client, "/orders/" + orderId);
        return answer.status() == 200 && Set.of("COMPLETED", "REJECTED").contains(answer.text("status"));
    }

    /** From an order's acceptance to its verdict, by the database's clock. */
    static Duration decisionTime(ShopClient client, String orderId) {
        Answer order = get(client, "/orders/" + orderId);
        return Duration.between(Instant.parse(order.text("createdAt")), Instant.parse(order.text("decidedAt")));
    }

    static Answer get(ShopClient client, String path) {
        try {
            return client.get(path);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    /** Whether a process says that all is well. */
    static boolean isUp(ShopClient client) {
        Answer health = get(client, "/health/ready");
        return health.status() == 200 && health.text("status").equals("UP");
    }

    /**
     * Every wallet and every product agrees with the records, and there are exactly so many orders, all with a verdict.
     */
    void assertAudit(int orders) {
        List<String> arguments = new ArrayList<>(List.of("audit", "--json"));
        arguments.addAll(options);
        ProgramRun audit = ProgramRun.of(arguments.toArray(new String[0]));
        assertEquals(0, audit.exitCode(), audit::toString);
        JsonNode report = audit.json();
        assertTrue(report.path("ok").booleanValue(), audit::toString);
        assertEquals(orders, report.path("orders").intValue(), audit::toString);
        assertEquals(0, report.path("pending").intValue(), audit::toString);
        assertEquals(0, report.path("parked").intValue(), audit::toString);
    }

    /** Each dead letter as reason code and detail. */
    List<String> deadLetters() {
        return read("SELECT CONCAT(reason, ' ', detail) FROM orderflow_dead_letter ORDER BY detail");
    }

    private List<String> read(String query) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    /** Waits until nothing is left on the queue. */
    void awaitEmptyQueue() {
        awaitEmptyQueue(() -> "");
    }

    /** Waits until this worker left nothing on the queue. */
    void awaitEmptyQueue(ShopClient worker) {
        awaitEmptyQueue(() -> "; " + get(worker, "/health/ready"));
    }

    private void awaitEmptyQueue(Supplier<String> more) {
        Eventually.await(
                "the queue is empty", BOUND, () -> stored() == 0, () -> stored() + " on " + broker + more.get());
    }

    private long stored() {
        try {
            return broker.stored();
        } catch (IOException e) {
            throw new AssertionError(broker.toString(), e);
        }
    }
}
