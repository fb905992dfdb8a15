package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Limits;
import io.orderflow.OrderProcessor;
import io.orderflow.RejectReason;
import io.orderflow.SubmitResult;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's tables of options, results, reasons and limits say what the code does. */
class ReadmeTablesTest {
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
        assertEquals(
                Arrays.stream(RejectReason.values()).map(Enum::name).toList(),
                Readme.tableAfter("<!-- checked: RejectReason -->").stream()
                        .map(cells -> Readme.code(cells.get(0)))
                        .toList());
    }

    @Test
    void theLimits() {
        List<String> values = Readme.tableAfter("<!-- checked: Limits -->").stream()
                .map(cells -> cells.get(1))
                .toList();
        assertEquals(
                List.of(
                        "1 to " + Limits.LINES,
                        "1 to " + Limits.QUANTITY,
                        "0 to " + Limits.AMOUNT,
                        "0 to " + Limits.BALANCE,
                        "1 to " + Limits.KEY_LENGTH,
                        "0 to " + Limits.HOST_DATA),
                values);
    }

    private static Set<String> firstCells(String mark) {
        return Readme.tableAfter(mark).stream()
                .map(cells -> Readme.code(cells.get(0)))
                .collect(Collectors.toSet());
    }
}
