package io.orderflow.internal.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MySqlFaultsTest extends ServerFaultsContract {
    MySqlFaultsTest() {
        super(ServerKind.MYSQL, TestDatabase.Kind.MYSQL);
    }

    @Override
    List<Fault> more() {
        return List.of(
                Fault.global(ServerFinding.SYNC_BINLOG, "sync_binlog", "0", "1"),
                Fault.global(RefusedFinding.BINLOG_FORMAT, "binlog_format", "'STATEMENT'", "'ROW'"),
                Fault.driver(RefusedFinding.AFFECTED_ROWS, "useAffectedRows", "true"),
                Fault.of(
                        HostFinding.DRIVER_UNTESTED,
                        setUp -> setUp.url(url -> url.replace("jdbc:mysql:", "jdbc:mariadb:"))),
                Fault.of(RefusedFinding.SEVERAL_HOSTS, setUp -> setUp.url(MySqlFaultsTest::twice)));
    }

    private static String twice(String url) {
        return url.replaceFirst("//([^/]+)/", "//$1,$1/");
    }

    @Override
    Stream<Started> startedWith() {
        return Stream.of(new Started(ServerFinding.INNODB_DOUBLEWRITE, "--innodb-doublewrite=OFF"));
    }

    /** A group of one member, which is its primary. */
    @Test
    void aGroupThatWouldRejectOnOldRowsIsFound() throws Exception {
        try (PrivateServer member = PrivateServer.start(ServerKind.MYSQL, optionsOfMember());
                SetUp setUp = SetUp.on(member.address(), TestDatabase.Kind.MYSQL)) {
            setUp.asAdmin(
                    "GRANT SELECT ON performance_schema.replication_group_members TO '"
                            + setUp.database().user() + "'@'localhost', '"
                            + setUp.database().user() + "'@'%'",
                    "SET GLOBAL group_replication_bootstrap_group = ON",
                    "START GROUP_REPLICATION");
            assertEquals(List.of(), setUp.examine(), "one primary, which waits until it has what the one before had");
            for (Fault fault : List.of(
                    Fault.global(
                            RefusedFinding.GROUP_REPLICATION,
                            "group_replication_consistency",
                            "'EVENTUAL'",
                            "'BEFORE_ON_PRIMARY_FAILOVER'"),
                    Fault.sql(
                            RefusedFinding.GROUP_REPLICATION,
                            "DO group_replication_switch_to_multi_primary_mode()",
                            "DO group_replication_switch_to_single_primary_mode()"))) {
                fault.isFoundAloneIn(setUp);
                assertEquals(List.of(), setUp.examine(), "it is right again");
            }
        }
    }

    private static List<String> optionsOfMember() {
        String address = "127.0.0.1:" + Ports.free();
        return List.of(
                "--plugin-dir=" + PrivateServer.pluginFolder(),
                "--plugin-load-add=group_replication.so",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--loose-group-replication-group-name=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
                "--loose-group-replication-consistency=BEFORE_ON_PRIMARY_FAILOVER",
                "--loose-group-replication-start-on-boot=OFF",
                "--loose-group-replication-local-address=" + address,
                "--loose-group-replication-group-seeds=" + address);
    }
}
