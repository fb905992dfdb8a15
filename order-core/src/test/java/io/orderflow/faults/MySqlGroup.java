package io.orderflow.faults;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.ServerKind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three MySQL servers (8.4 or later) of a test's own that are a group with one primary. */
final class MySqlGroup implements AutoCloseable {
    private static final int SIZE = 3;

    private final List<PrivateServer> members = new ArrayList<>();

    /** Starts them and waits until all are in the group. */
    MySqlGroup() throws SQLException {
        List<Integer> ports = Stream.generate(Ports::free).limit(SIZE).toList();
        String seeds = ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        String plugins = pluginFolder();
        for (int i = 0; i < SIZE; i++) {
            members.add(
                    PrivateServer.start(ServerKind.MYSQL, options(i + 1, plugins, "127.0.0.1:" + ports.get(i), seeds)));
            ReplicatedPair.on(
                    members.get(i),
                    "CHANGE REPLICATION SOURCE TO SOURCE_USER='root' FOR CHANNEL 'group_replication_recovery'",
                    "RESET BINARY LOGS AND GTIDS");
        }
        ReplicatedPair.on(
                members.get(0),
                "SET GLOBAL group_replication_bootstrap_group = ON",
                "START GROUP_REPLICATION",
                "SET GLOBAL group_replication_bootstrap_group = OFF");
        join(members.get(1));
        join(members.get(2));
    }

    private static List<String> options(int id, String plugins, String address, String seeds) {
        return List.of(
                "--server-id=" + id,
                "--plugin-dir=" + plugins,
                "--plugin-load-add=group_replication.so",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--report-host=127.0.0.1",
                "--loose-group-replication-group-name=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
                "--loose-group-replication-start-on-boot=OFF",
                "--loose-group-replication-local-address=" + address,
                "--loose-group-replication-group-seeds=" + seeds,
                "--loose-group-replication-recovery-get-public-key=ON");
    }

    /** Where MySQL has its plug-ins, beside its program; a server that is told no folder finds none. */
    static String pluginFolder() throws SQLException {
        return text(Victims.get(ServerKind.MYSQL), "SELECT @@basedir") + "/lib/mysql/plugin";
    }

    List<PrivateServer> members() {
        return members;
    }

    /** Its number from 0; empty while there is none. */
    Optional<Integer> primary() {
        return IntStream.range(0, SIZE)
                .boxed()
                .filter(i -> members.get(i).isAlive() && says(members.get(i), "member_role = 'PRIMARY'"))
                .findFirst();
    }

    /** A member that was killed starts again, and takes part as a secondary. */
    void comesBack(PrivateServer member) throws SQLException {
        member.restart();
        join(member);
    }

    private void join(PrivateServer member) throws SQLException {
        ReplicatedPair.on(member, "START GROUP_REPLICATION");
        Eventually.await(
                "a member is in the group",
                TestedShop.BOUND,
                () -> says(member, "member_state = 'ONLINE'"),
                member::toString);
    }

    /** Makes that member the primary. */
    void promote(PrivateServer member) throws SQLException {
        String id = text(member, "SELECT @@server_uuid");
        ReplicatedPair.on(members.get(primary().orElseThrow()), "DO group_replication_set_as_primary('" + id + "')");
    }

    /** Whether a member says that of itself, in a group that it sees. */
    private static boolean says(PrivateServer member, String condition) {
        try {
            return text(
                            member,
                            "SELECT COUNT(*) FROM performance_schema.replication_group_members"
                                    + " WHERE member_id = @@server_uuid AND member_state = 'ONLINE' AND " + condition)
                    .equals("1");
        } catch (SQLException away) {
            return false;
        }
    }

    private static String text(PrivateServer server, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        server.jdbcUrl(""),
                        server.address().adminUser(),
                        server.address().adminPassword());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() {
        members.forEach(PrivateServer::close);
    }
}
