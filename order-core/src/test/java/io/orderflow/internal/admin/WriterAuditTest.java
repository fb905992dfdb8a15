package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.AuditReport;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlTime;
import io.orderflow.model.DatabaseContract;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which numbers of two servers the audit calls among each other, by the rows that they would have written. */
class WriterAuditTest extends DatabaseContract {
    private static final int A = 7;
    private static final int B = 8;
    private static final int C = 9;

    /** The microseconds of 2026-01-01. */
    private static final long START = 1_767_225_600_000_000L;

    private List<Long> ids;

    @BeforeEach
    void someBatches() {
        shop().inventory().define(1, 100, 10, "define 1");
        for (int i = 1; i < 6; i++) {
            shop().inventory().restock(1, 1, "restock " + i);
        }
        ids = shop().read("SELECT id FROM orderflow_batch ORDER BY id").stream()
                .map(Long::valueOf)
                .toList();
    }

    @Test
    void aRowNamesTheServerThatWroteIt() throws SQLException {
        try (Session session = shop().session()) {
            String number =
                    shop().read("SELECT " + session.dialect().serverNumber()).get(0);
            assertEquals(List.of(number), shop().read("SELECT DISTINCT server FROM orderflow_batch"));
            assertEquals(shop().kind() == TestDatabase.Kind.H2, number.equals("0"));
        }
        assertSound();
    }

    @Test
    void aMoveIsNoFault() {
        batches(at(A, 0), at(A, 1), at(B, 1.1), at(B, 2), at(B, 3), at(C, 3));
        assertSound();
    }

    @Test
    void aServerThatWritesAgainAtOnceWasWrittenToMeanwhile() {
        batches(at(A, 0), at(B, 1), at(A, 5), at(A, 6), at(A, 7), at(A, 8));
        assertNamed(
                "batch %d of server 7, batch %d of server 8 and batch %d of server 7 are so among each other 1 times,"
                        + " the last at 2026-01-01T00:00:05Z, and several servers were written to at a time, so their numbers"
                        + " are no order",
                0, 1, 2);
    }

    @Test
    void eachTimeIsCountedAndTheFirstIsNamed() {
        batches(at(C, 0), at(A, 0.1), at(B, 0.2), at(B, 0.3), at(A, 0.4), at(B, 0.5));
        assertNamed(
                "batch %d of server 7, batch %d of server 8 and batch %d of server 7 are so among each other 2 times,"
                        + " the last at 2026-01-01T00:00:00.500Z",
                1, 2, 4);
    }

    /** A server that failed comes back, and the one that stood in for it gives the work back. */
    @Test
    void theWayBackIsNoFault() {
        batches(at(A, 0), at(B, 3), at(B, 4), at(A, 5.1), at(C, 7), at(A, 10.2));
        assertSound();
    }

    @Test
    void theClocksOfTwoServersAreNotCompared() {
        batches(at(A, 0), at(B, 3_600), at(A, 1), at(A, 2), at(A, 3), at(A, 4));
        assertNamed("batch %d of server 7, batch %d of server 8 and batch %d of server 7 are so", 0, 1, 2);
        batches(at(A, 0), at(B, 1), at(A, 6), at(B, 3_600), at(A, 12), at(A, 13));
        assertSound();
    }

    /** The other server says how long it was written to. */
    @Test
    void aClockThatIsSetBackMeanwhileIsNoFault() {
        batches(at(A, 60), at(B, 63), at(B, 70), at(B, 90), at(A, 62), at(A, 63));
        assertSound();
        batches(at(A, 60), at(B, 63), at(A, 1), at(A, 2), at(A, 3), at(A, 4));
        assertSound();
    }

    /** Those of version 1, and numbers that nobody has. */
    @Test
    void rowsThatNameNoServerStandForNone() {
        batches(at(A, 0), at(0, 1), at(A, 2), at(0, 3), at(A, 3), at(B, 3));
        assertSound();
        batches(at(A, 0), at(0, 1), at(B, 2), at(0, 2), at(A, 3), at(A, 3));
        assertNamed("batch %d of server 7, batch %d of server 8 and batch %d of server 7 are so", 0, 2, 4);
    }

    private record Row(int server, double second) {}

    private static Row at(int server, double second) {
        return new Row(server, second);
    }

    /** The batches are those, in their order. */
    private void batches(Row... rows) {
        assertEquals(ids.size(), rows.length);
        tampered();
        for (int i = 0; i < rows.length; i++) {
            long micros = Math.round(rows[i].second() * 1_000_000);
            shop().execute("UPDATE orderflow_batch SET server = " + rows[i].server() + ", decided_at = "
                    + SqlTime.literal(START + micros) + " WHERE id = " + ids.get(i));
        }
    }

    private void assertSound() {
        assertEquals(List.of(), shop().audit().examples());
    }

    private void assertNamed(String begin, int... rows) {
        List<Object> numbers = new ArrayList<>();
        for (int row : rows) {
            numbers.add(ids.get(row));
        }
        AuditReport report = shop().audit();
        assertEquals(1, report.differences(), report::toString);
        String found = report.examples().get(0);
        assertTrue(found.startsWith(begin.formatted(numbers.toArray())), found);
        assertTrue(found.contains("have all processes write to one server"), found);
    }
}
