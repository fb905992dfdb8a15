package io.orderflow.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.internal.cluster.ServerReport.Member;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which servers can be written to, by what they say. */
class ServerReportTest {
    private static final Map<String, String> IN_GROUP = Map.of("group_replication_group_name", "a-b-c");

    @Test
    void aServerAloneCanBe() {
        assertWritable(Map.of());
        assertWritable(Map.of("read_only", "OFF", "super_read_only", "OFF", "innodb_read_only", "OFF"));
        assertWritable(Map.of("read_only", "0", "group_replication_group_name", ""));
    }

    @Test
    void aReadOnlyOneCannot() {
        assertRefused("read_only is ON", Map.of("read_only", "ON"));
        assertRefused("read_only is NO_LOCK_NO_ADMIN", Map.of("read_only", "NO_LOCK_NO_ADMIN"));
        assertRefused("super_read_only is 1", Map.of("read_only", "OFF", "super_read_only", "1"));
        assertRefused("innodb_read_only is ON", Map.of("innodb_read_only", "ON"));
    }

    @Test
    void aReplicaCannot() {
        assertEquals(
                Optional.of("it replicates from another server"),
                new ServerReport(Map.of("read_only", "OFF"), List.of(), true).whyNot());
    }

    @Test
    void aNodeOfGaleraCanBeWhenItIsReadyInThePrimaryComponent() {
        assertWritable(galera("Primary", "ON"));
        assertRefused("wsrep_cluster_status is non-Primary", galera("non-Primary", "OFF"));
        assertRefused("wsrep_cluster_status is Disconnected", galera("Disconnected", "ON"));
        assertRefused("wsrep_ready is OFF", galera("Primary", "OFF"));
        assertRefused("wsrep_cluster_status is unknown", Map.of("wsrep_on", "ON", "wsrep_provider", "/lib/g.so"));
        assertWritable(Map.of("wsrep_on", "ON", "wsrep_provider", "none", "wsrep_ready", "OFF"));
        assertWritable(Map.of("wsrep_on", "OFF", "wsrep_provider", "/lib/g.so", "wsrep_ready", "OFF"));
    }

    private static Map<String, String> galera(String status, String ready) {
        return Map.of(
                "wsrep_on",
                "ON",
                "wsrep_provider",
                "/usr/lib/galera/libgalera_smm.so",
                "wsrep_cluster_status",
                status,
                "wsrep_ready",
                ready);
    }

    @Test
    void aMemberOfAGroupCanBeWhenItIsThePrimaryOfAMajority() {
        assertGroup(Optional.empty(), primary(), other("ONLINE"), other("ONLINE"));
        assertGroup(Optional.empty(), primary(), other("RECOVERING"), other("UNREACHABLE"));
        assertGroup(Optional.empty(), primary());
        assertGroup(
                Optional.of("it reaches 1 of 3 members of its group"),
                primary(),
                other("UNREACHABLE"),
                other("UNREACHABLE"));
        assertGroup(Optional.of("it reaches 1 of 2 members of its group"), primary(), other("UNREACHABLE"));
        assertGroup(
                Optional.of("it is SECONDARY in its group"), new Member(true, "ONLINE", "SECONDARY"), other("ONLINE"));
        assertGroup(Optional.of("it is ERROR in its group"), new Member(true, "ERROR", ""));
        assertGroup(Optional.of("it is OFFLINE in its group"), new Member(true, "OFFLINE", ""));
        assertGroup(Optional.of("it is not in its group"));
    }

    private static Member primary() {
        return new Member(true, "ONLINE", "PRIMARY");
    }

    private static Member other(String state) {
        return new Member(false, state, "SECONDARY");
    }

    private static void assertGroup(Optional<String> why, Member... members) {
        assertEquals(why, new ServerReport(IN_GROUP, List.of(members), false).whyNot());
    }

    private static void assertWritable(Map<String, String> settings) {
        assertEquals(Optional.empty(), new ServerReport(settings, List.of(), false).whyNot());
    }

    private static void assertRefused(String why, Map<String, String> settings) {
        assertEquals(Optional.of(why), new ServerReport(settings, List.of(), false).whyNot());
    }
}
