package io.orderflow.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DatabaseReplication;
import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.internal.cluster.ServerReport.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How far a server replicates, by what it says. */
class ReplicationReportTest {
    private static final OptionalInt HIDDEN = OptionalInt.empty();
    private static final Map<String, String> LOGGING = Map.of("log_bin", "ON", "wsrep_on", "OFF");
    private static final Map<String, String> IN_GROUP = Map.of("log_bin", "ON", "group_replication_group_name", "a");

    @Test
    void aServerAloneReplicatesToNobody() {
        assertDegree(Degree.NONE, OptionalInt.of(0), report(Map.of(), HIDDEN));
        assertDegree(Degree.NONE, OptionalInt.of(0), report(Map.of("log_bin", "OFF"), OptionalInt.of(2)));
        assertDegree(Degree.NONE, OptionalInt.of(0), report(LOGGING, OptionalInt.of(0)));
    }

    @Test
    void replicasThatAreConnectedGetItLater() {
        assertDegree(Degree.ASYNCHRONOUS, OptionalInt.of(2), report(LOGGING, OptionalInt.of(2)));
        assertDegree(Degree.ASYNCHRONOUS, OptionalInt.of(2), report(semi("OFF", "ON", "1"), OptionalInt.of(2)));
    }

    @Test
    void whoMayNotSeeReplicasIsToldWhichRightIsMissing() {
        DatabaseReplication hidden = report(LOGGING, HIDDEN);
        assertDegree(Degree.UNKNOWN, OptionalInt.empty(), hidden);
        assertTrue(hidden.detail().contains("GRANT REPLICATION SLAVE"), hidden::detail);
        DatabaseReplication group = group(Optional.empty());
        assertDegree(Degree.UNKNOWN, OptionalInt.empty(), group);
        assertTrue(group.detail().contains("replication_group_members"), group::detail);
    }

    @Test
    void aReplicaAcknowledgesOrHasNot() {
        DatabaseReplication works = report(semi("ON", "ON", "2"), HIDDEN);
        assertDegree(Degree.SEMI_SYNCHRONOUS, OptionalInt.of(2), works);
        assertEquals(Optional.of(Duration.ofMillis(1_500)), works.timeout());
        for (int replicas : new int[] {0, 1}) {
            DatabaseReplication fallen = report(semi("ON", "OFF", "0"), OptionalInt.of(replicas));
            assertDegree(Degree.ASYNCHRONOUS, OptionalInt.of(replicas), fallen);
            assertEquals(Optional.of(Duration.ofMillis(1_500)), fallen.timeout());
            assertTrue(
                    fallen.detail().startsWith("asynchronous now: it is set up for semi-synchronous"), fallen::detail);
        }
    }

    /** The largest that a server takes has 64 bits and no sign. */
    @Test
    void aTimeoutMayBeForEver() {
        Map<String, String> settings = new HashMap<>(semi("ON", "ON", "1"));
        settings.put("rpl_semi_sync_master_timeout", "18446744073709551615");
        assertEquals(
                Optional.of(Duration.ofMillis(Long.MAX_VALUE)),
                report(settings, HIDDEN).timeout());
    }

    /** MySQL's plug-in has other names since 8.0.26. */
    @Test
    void theNewNamesOfThePlugInSayTheSame() {
        Map<String, String> renamed = new HashMap<>();
        semi("ON", "ON", "1").forEach((name, value) -> renamed.put(name.replace("master", "source"), value));
        DatabaseReplication works = report(renamed, HIDDEN);
        assertDegree(Degree.SEMI_SYNCHRONOUS, OptionalInt.of(1), works);
        assertTrue(works.detail().contains("rpl_semi_sync_source_timeout"), works::detail);
    }

    private static Map<String, String> semi(String enabled, String status, String clients) {
        return Map.of(
                "log_bin",
                "ON",
                "rpl_semi_sync_master_enabled",
                enabled,
                "rpl_semi_sync_master_status",
                status,
                "rpl_semi_sync_master_clients",
                clients,
                "rpl_semi_sync_master_timeout",
                "1500");
    }

    @Test
    void aGroupHasItWhenOthersAreInIt() {
        assertDegree(Degree.GROUP, OptionalInt.of(2), group(members("ONLINE", "ONLINE", "ONLINE")));
        assertDegree(Degree.GROUP, OptionalInt.of(1), group(members("ONLINE", "ONLINE", "RECOVERING")));
        assertDegree(Degree.NONE, OptionalInt.of(0), group(members("ONLINE")));
        assertDegree(Degree.NONE, OptionalInt.of(0), group(members("ONLINE", "UNREACHABLE", "UNREACHABLE")));
        assertDegree(Degree.NONE, OptionalInt.of(1), group(members("ERROR", "ONLINE")));
    }

    private static Optional<List<Member>> members(String self, String... others) {
        return Optional.of(Stream.concat(
                        Stream.of(new Member(true, self, "PRIMARY")),
                        Stream.of(others).map(state -> new Member(false, state, "SECONDARY")))
                .toList());
    }

    private static DatabaseReplication group(Optional<List<Member>> members) {
        return new ReplicationReport(IN_GROUP, members, HIDDEN, Instant.EPOCH).replication();
    }

    @Test
    void allNodesOfGaleraHaveItUnlessThereIsOne() {
        assertDegree(Degree.GALERA, OptionalInt.of(2), galera("3"));
        assertDegree(Degree.NONE, OptionalInt.of(0), galera("1"));
        assertDegree(Degree.NONE, OptionalInt.of(0), galera("0"));
    }

    private static DatabaseReplication galera(String size) {
        return report(
                Map.of("wsrep_on", "ON", "wsrep_provider", "/lib/g.so", "wsrep_cluster_size", size, "log_bin", "OFF"),
                HIDDEN);
    }

    @Test
    void onlySomeDegreesOutliveTheServer() {
        for (Degree degree : new Degree[] {Degree.UNKNOWN, Degree.NONE, Degree.ASYNCHRONOUS}) {
            assertFalse(degree.onAnotherServer(), degree::name);
        }
        for (Degree degree : new Degree[] {Degree.SEMI_SYNCHRONOUS, Degree.GROUP, Degree.GALERA}) {
            assertTrue(degree.onAnotherServer(), degree::name);
        }
    }

    private static DatabaseReplication report(Map<String, String> settings, OptionalInt connected) {
        return new ReplicationReport(settings, Optional.empty(), connected, Instant.EPOCH).replication();
    }

    private static void assertDegree(Degree degree, OptionalInt replicas, DatabaseReplication found) {
        assertEquals(degree, found.degree(), found::detail);
        assertEquals(replicas, found.replicas(), found::detail);
    }
}
