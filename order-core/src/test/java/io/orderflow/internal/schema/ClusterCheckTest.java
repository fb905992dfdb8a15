package io.orderflow.internal.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members of a group that are refused. A real group is one of {@code -Dclusters=gr}. */
class ClusterCheckTest {
    @ParameterizedTest
    @CsvSource({
        "g, ON, BEFORE_ON_PRIMARY_FAILOVER, ''",
        "g, ON, AFTER, ''",
        "g, OFF, BEFORE_ON_PRIMARY_FAILOVER, group_replication_single_primary_mode",
        "g, ON, EVENTUAL, group_replication_consistency",
        "'', OFF, EVENTUAL, ''",
    })
    void settingsOfAGroup(String group, String single, String consistency, String named) {
        String refusal = ClusterCheck.groupRefusal(Map.of(
                        "group_replication_group_name", group,
                        "group_replication_single_primary_mode", single,
                        "group_replication_consistency", consistency))
                .orElse("");
        assertEquals(named, refusal.split(" ", 2)[0]);
    }
}
