package io.orderflow.examples.orders;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderPulse;
import io.orderflow.OrderRequest;
import io.orderflow.RejectReason;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("top")
class TopProgramTest {
    @TempDir
    Path folder;

    private static OrderRequest order(long buyer) {
        return OrderRequest.of(buyer).line(RecordsShop.PRODUCT, 1).build();
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("shows what waits, what was decided since the look before and why it was rejected")
    void shows(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder)) {
            shop.accept(order(RecordsShop.BUYER));
            OrderPulse first = shop.orders.records().pulse(OptionalLong.empty());
            assertEquals(0, first.decided());
            assertEquals(1, first.backlog());
            shop.withWorkers();
            shop.decided(order(RecordsShop.BUYER));
            shop.decided(order(8));
            OrderPulse second = shop.orders.records().pulse(OptionalLong.of(first.position()));
            assertEquals(3, second.decided());
            assertEquals(Map.of(RejectReason.UNKNOWN_BUYER, 1L), second.rejected());
            OrderPulse third = shop.orders.records().pulse(OptionalLong.of(second.position()));
            assertEquals(0, third.decided());
            ProgramRun run = shop.run("top", "--times", "2");
            assertAll(
                    run::toString,
                    () -> assertEquals(0, run.exitCode()),
                    () -> assertTrue(run.out().contains("  decided       0 a second")),
                    () -> assertTrue(run.out().contains("  rejected      none in the last minute")),
                    () -> assertTrue(run.out().contains("  database      answers")),
                    () -> assertEquals(
                            2,
                            run.out()
                                    .lines()
                                    .filter(line -> line.startsWith("  dead letters  0"))
                                    .count()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--interval 0 | --interval must be between 1 and 30: 0",
                "--interval 31 | --interval must be between 1 and 30: 31",
                "--times 0 | --times must be >= 1: 0",
                "--times -1 | --times must be >= 1: -1",
            })
    @DisplayName("refuses a wrong command line with exit code 2")
    void wrong(String line, String message) {
        ProgramRun run = ProgramRun.of(("top " + line).split(" "));
        assertAll(
                run::toString,
                () -> assertEquals(2, run.exitCode()),
                () -> assertTrue(run.err().startsWith("error: " + message)));
    }
}
