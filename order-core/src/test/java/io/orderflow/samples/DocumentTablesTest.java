package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.orderflow.CancelOutcome;
import io.orderflow.ConfirmOutcome;
import io.orderflow.DatabaseReplication;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.ExamineConfig;
import io.orderflow.Limits;
import io.orderflow.OrderEvent;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import io.orderflow.RefundOutcome;
import io.orderflow.RejectReason;
import io.orderflow.ReleaseOutcome;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.telemetry.RetryCause;
import io.orderflow.page.PageConfig;
import io.orderflow.queue.InMemoryQueue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The documents' tables of options, results, reasons and limits say what the code does. */
class DocumentTablesTest {
    @Test
    void theOptionsOfTheProcessor() throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            Map<String, String> defaults =
                    new HashMap<>(Map.of("queue", "in memory", "clock", "system, UTC", "listener", "none"));
            for (String setting : OrderProcessor.builder(pool).toString().split(", ")) {
                String[] parts = setting.split("=", 2);
                defaults.put(parts[0], parts[1]);
            }
            OptionTable.check("OrderProcessor", defaults, () -> OrderProcessor.builder(pool));
        }
    }

    @Test
    void theOptionsOfTheWorkers() throws Exception {
        Map<String, String> defaults = new HashMap<>();
        for (var component : WorkerConfig.class.getRecordComponents()) {
            defaults.put(
                    component.getName(),
                    component.getAccessor().invoke(WorkerConfig.defaults()).toString());
        }
        OptionTable.check("WorkerConfig", defaults, WorkerConfig::builder);
    }

    @Test
    void theOptionsOfAnExamination() throws Exception {
        ExamineConfig defaults = ExamineConfig.defaults();
        OptionTable.check(
                "ExamineConfig",
                Map.of(
                        "workers", defaults.workers().threads() + " thread",
                        "lookTimeout", defaults.lookTimeout().toString(),
                        "oldAfter", defaults.oldAfter().toString()),
                ExamineConfig::builder);
    }

    @Test
    void theOptionsOfAPage() throws Exception {
        OptionTable.check(
                "PageConfig",
                Map.of(
                        "lookToken",
                        "none",
                        "actToken",
                        "none",
                        "lookers",
                        Integer.toString(PageConfig.defaults().lookers())),
                PageConfig::builder);
    }

    @Test
    void theOptionsOfTheQueueInMemory() throws Exception {
        var field = InMemoryQueue.Builder.class.getDeclaredField("capacityBytes");
        field.setAccessible(true);
        String capacity = field.get(InMemoryQueue.builder()).toString();
        OptionTable.check("InMemoryQueue", Map.of("capacityBytes", capacity), InMemoryQueue::builder);
    }

    @Test
    void theResultsOfSubmit() {
        assertEquals(
                Arrays.stream(SubmitResult.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toSet()),
                firstCells("<!-- checked: SubmitResult -->"));
    }

    @Test
    void theReasonsOfRejectionInTheirOrder() {
        assertConstants(RejectReason.values(), "RejectReason");
    }

    @Test
    void theOutcomesOfARefund() {
        assertConstants(RefundOutcome.values(), "RefundOutcome");
    }

    @Test
    void theOutcomesOfAConfirmation() {
        assertConstants(ConfirmOutcome.values(), "ConfirmOutcome");
    }

    @Test
    void theOutcomesOfARelease() {
        assertConstants(ReleaseOutcome.values(), "ReleaseOutcome");
    }

    @Test
    void theOutcomesOfACancellation() {
        assertConstants(CancelOutcome.values(), "CancelOutcome");
    }

    @Test
    void howFarACommitIsReplicated() {
        assertConstants(DatabaseReplication.Degree.values(), "DatabaseReplication.Degree");
    }

    @Test
    void whatTheFeedTells() {
        assertConstants(OrderEvent.Type.values(), "OrderEvent.Type");
    }

    private static void assertConstants(Enum<?>[] constants, String table) {
        assertEquals(
                Arrays.stream(constants).map(Enum::name).toList(),
                Documents.tableAfter("<!-- checked: " + table + " -->").stream()
                        .map(cells -> Documents.code(cells.get(0)))
                        .toList());
    }

    /** Name, unit, tag with its values, and meaning; the name in Prometheus is held by a test of the examples. */
    @Test
    void theMeters() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (HikariDataSource pool = new HikariDataSource();
                OrderProcessor orders = OrderProcessor.builder(pool).build()) {
            new OrderMetrics(orders).bindTo(registry);
        }
        Map<String, List<Meter>> meters = registry.getMeters().stream()
                .collect(Collectors.groupingBy(meter -> meter.getId().getName()));
        List<List<String>> rows = Documents.tableAfter("<!-- checked: OrderMetrics -->");
        assertEquals(
                meters.keySet(),
                rows.stream().map(cells -> Documents.code(cells.get(0))).collect(Collectors.toSet()));
        assertEquals(meters.size(), rows.size());
        for (List<String> cells : rows) {
            List<Meter> same = meters.get(Documents.code(cells.get(0)));
            Meter.Id id = same.get(0).getId();
            assertEquals(id.getDescription(), cells.get(4), id.getName());
            assertEquals(tagsOf(same), cells.get(3), id.getName());
            if (same.get(0) instanceof Timer timer) {
                assertEquals(timer.baseTimeUnit().name().toLowerCase(Locale.ROOT), cells.get(2), id.getName());
            } else if (id.getBaseUnit() != null) {
                assertEquals(id.getBaseUnit(), cells.get(2), id.getName());
            } else {
                assertTrue(
                        id.getName().replace('.', ' ').contains(cells.get(2)), "a counter's name says what it counts");
            }
        }
    }

    private static String tagsOf(List<Meter> same) {
        List<Tag> tags =
                same.stream().flatMap(meter -> meter.getId().getTags().stream()).toList();
        if (tags.isEmpty()) {
            return "";
        }
        Class<?> values = Map.of(
                        "orderflow.orders.rejected", RejectReason.class,
                        "orderflow.cancellations", CancelOutcome.class,
                        "orderflow.confirmations", ConfirmOutcome.class,
                        "orderflow.releases", ReleaseOutcome.class,
                        "orderflow.refunds", RefundOutcome.class,
                        "orderflow.retries", RetryCause.class)
                .getOrDefault(same.get(0).getId().getName(), DeadLetterReason.class);
        Set<String> told = tags.stream().map(Tag::getValue).collect(Collectors.toSet());
        String inOrder = Arrays.stream(values.getEnumConstants())
                .map(value -> value.toString().toLowerCase(Locale.ROOT))
                .filter(told::remove)
                .map(value -> "`" + value + "`")
                .collect(Collectors.joining(", "));
        assertEquals(Set.of(), told);
        return "`" + tags.get(0).getKey() + "`: " + inOrder;
    }

    @Test
    void theDeadLetters() {
        assertEquals(
                Arrays.stream(DeadLetterReason.values()).map(Enum::name).collect(Collectors.toSet()),
                firstCells("<!-- checked: DeadLetterReason -->"));
        assertEquals(
                Arrays.stream(DeadLetterResult.Refusal.values()).map(Enum::name).collect(Collectors.toSet()),
                firstCells("<!-- checked: Refusal -->"));
    }

    @Test
    void theLimits() {
        List<String> values = Documents.tableAfter("<!-- checked: Limits -->").stream()
                .map(cells -> cells.get(1))
                .toList();
        assertEquals(
                List.of(
                        "1 to " + Limits.LINES,
                        "1 to " + Limits.QUANTITY,
                        "0 to " + Limits.AMOUNT,
                        "0 to " + Limits.BALANCE,
                        Limits.SHORTEST_HOLD + " to " + Limits.LONGEST_HOLD,
                        "1 to " + Limits.KEY_LENGTH,
                        "0 to " + Limits.HOST_DATA),
                values);
    }

    private static Set<String> firstCells(String mark) {
        return Documents.tableAfter(mark).stream()
                .map(cells -> Documents.code(cells.get(0)))
                .collect(Collectors.toSet());
    }
}
