package io.orderflow.internal.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.Finding;
import io.orderflow.internal.schema.ServerRefusal;
import io.orderflow.queue.QueueFinding;
import io.orderflow.samples.Documents;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents name every finding, with what is at stake and what to change. */
class FindingDocumentsTest {
    private static List<List<String>> rows(FindingKind[] kinds) {
        return Stream.of(kinds).map(kind -> row(kind.of(""))).toList();
    }

    private static List<String> row(Finding each) {
        return List.of("`" + each.id() + "`", "" + each.severity(), each.stake(), each.setting());
    }

    @Test
    void whatIsRefused() {
        assertEquals(rows(RefusedFinding.values()), Documents.tableAfter("<!-- checked: refused findings -->"));
    }

    @Test
    void theDatabase() {
        assertEquals(rows(ServerFinding.values()), Documents.tableAfter("<!-- checked: findings of the database -->"));
    }

    @Test
    void theHost() {
        assertEquals(rows(HostFinding.values()), Documents.tableAfter("<!-- checked: findings of the host -->"));
    }

    @Test
    void anyQueue() {
        assertEquals(
                Stream.of(
                                QueueFinding.unusable(""),
                                QueueFinding.notDurable(""),
                                QueueFinding.durabilityUnknown(""),
                                QueueFinding.backlog(1))
                        .map(each -> List.of("`" + each.id() + "`", "" + each.severity(), each.stake(), each.setting()))
                        .toList(),
                Documents.tableAfter("<!-- checked: findings of any queue -->"));
    }

    @Test
    void eachRefusalIsAFinding() {
        assertEquals(
                Arrays.stream(ServerRefusal.values()).map(Enum::name).collect(Collectors.toSet()),
                Arrays.stream(RefusedFinding.values()).map(Enum::name).collect(Collectors.toSet()));
    }
}
