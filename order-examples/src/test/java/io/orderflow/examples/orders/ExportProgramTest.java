package io.orderflow.examples.orders;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("export")
class ExportProgramTest {
    /** More than a page has. */
    private static final int ORDERS = 620;

    @TempDir
    Path folder;

    /** All but one are completed, in the order of their decisions; the first was cancelled before its own. */
    private static List<Order> fill(RecordsShop shop) throws InterruptedException {
        OrderRequest cancelled = shop.accept(request());
        shop.orders.changes().cancel(cancelled.id(), "changed-mind");
        List<OrderRequest> requests = new ArrayList<>();
        IntStream.range(0, ORDERS - 1).forEach(number -> requests.add(request()));
        shop.withWorkers();
        for (int first = 0; first < requests.size(); first += 500) {
            shop.orders.submitAll(requests.subList(first, Math.min(requests.size(), first + 500)));
        }
        requests.add(cancelled);
        List<Order> decided = new ArrayList<>();
        for (OrderRequest request : requests) {
            decided.add(shop.decided(request));
        }
        decided.sort(Comparator.comparing(order -> order.decision().getAsLong()));
        return decided;
    }

    private static OrderRequest request() {
        return OrderRequest.of(RecordsShop.BUYER)
                .line(RecordsShop.PRODUCT, 1)
                .hostData("a,\"b\"\n".getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith("password")).toList();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("writes each decided order once, in the order of the decisions, as CSV and as JSON lines")
    void writes(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder)) {
            List<Order> decided = fill(shop);
            Path csv = folder.resolve("orders.csv");
            ProgramRun run = shop.run("export", "--to", csv.toString(), "--progress");
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.out().startsWith("  620 orders written to " + csv), run::toString);
            List<String> lines = Files.readAllLines(csv);
            assertTrue(lines.get(0).startsWith("order_id,buyer,status,"), () -> lines.get(0));
            assertEquals(
                    decided.stream().map(order -> order.id().toString()).toList(),
                    lines.stream().skip(1).map(line -> line.split(",")[0]).toList());
            Order last = decided.get(decided.size() - 1);
            assertEquals(
                    String.join(
                            ",",
                            last.id().toString(),
                            "7",
                            "COMPLETED",
                            "",
                            "WALLET",
                            "10",
                            "0",
                            last.createdAt().toString(),
                            last.decidedAt().orElseThrow().toString(),
                            Long.toString(last.decision().getAsLong()),
                            "",
                            "",
                            "false",
                            "1:1@10"),
                    lines.get(lines.size() - 1));
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(csv)));
            }
            Path json = folder.resolve("orders.jsonl");
            ProgramRun some =
                    shop.run("export", "--to", json.toString(), "--format", "jsonl", "--status", "CANCELLED", "--json");
            assertEquals(0, some.exitCode(), some::toString);
            assertEquals(1, some.json().path("orders").intValue());
            JsonNode one = new ObjectMapper().readTree(Files.readString(json));
            Order cancelled = decided.get(0);
            assertEquals(OrderStatus.CANCELLED, cancelled.status());
            assertEquals(cancelled.id().toString(), one.path("orderId").asText());
            assertEquals("a,\"b\"\n", new String(one.path("hostData").binaryValue(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("keeps to the times, and to a file that is there")
    void bounds(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder).withWorkers()) {
            Order order = shop.decided(request());
            String at = order.decidedAt().orElseThrow().toString();
            String after = order.decidedAt()
                    .orElseThrow()
                    .plus(Duration.ofNanos(1_000))
                    .toString();
            Path file = folder.resolve("orders.csv");
            String[] exact = {"export", "--to", file.toString(), "--from", at, "--until", after, "--json"};
            assertEquals(1, shop.run(exact).json().path("orders").intValue());
            ProgramRun again = shop.run(exact);
            assertEquals(1, again.exitCode(), again::toString);
            assertTrue(
                    again.err().startsWith("error: --to is there already; --force replaces it: " + file),
                    again::toString);
            assertEquals(2, Files.readAllLines(file).size());
            ProgramRun late = shop.run("export", "--to", file.toString(), "--from", after, "--force");
            assertEquals(0, late.exitCode(), late::toString);
            assertEquals(1, Files.readAllLines(file).size());
            ProgramRun early = shop.run("export", "--to", file.toString(), "--until", at, "--force");
            assertEquals(0, early.exitCode(), early::toString);
            assertEquals(1, Files.readAllLines(file).size());
            assertEquals(List.of(file), files());
        }
    }

    @Test
    @DisplayName("leaves no file when it fails")
    void fails() throws Exception {
        Path file = folder.resolve("orders.csv");
        ProgramRun run = ProgramRun.of("export", "--to", file.toString(), "--db", "embedded:" + folder);
        assertEquals(1, run.exitCode(), run::toString);
        assertEquals(List.of(), files());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--from yesterday | --from must be a time of UTC such as 2026-01-31T12:00:00Z: yesterday",
                "--from 2026-01-02T00:00:00Z --until 2026-01-02T00:00:00Z | --until must be after --from",
                "--status PENDING | --status must be one of a decided order that is there: PENDING",
                "--status COMPLETED --status ARCHIVED | --status must be one of a decided order that is there:",
                "--status PARKED | --status must be one of a decided order that is there: PARKED",
                "--format xml | Invalid value for option '--format'",
            })
    @DisplayName("refuses a wrong command line with exit code 2")
    void wrong(String line, String message) throws Exception {
        Path file = folder.resolve("orders.csv");
        ProgramRun run = ProgramRun.of(("export --to " + file + " " + line).split(" "));
        assertAll(
                run::toString,
                () -> assertEquals(2, run.exitCode()),
                () -> assertTrue(run.err().startsWith("error: " + message)),
                () -> assertEquals(List.of(), files()));
    }
}
