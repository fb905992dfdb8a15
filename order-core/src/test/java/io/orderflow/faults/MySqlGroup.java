package io.orderflow.faults;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three MySQL servers (8.4 or later) of a test's own that are a group with one primary. */
final class MySqlGroup implements AutoCloseable {
    private static final int SIZE = 3;
    private static final Duration ELECTION = Duration.ofMinutes(2);

    private final List<PrivateServer> members = new ArrayList<>();
    private final List<String> addresses;

    /** Starts them and waits until all are in the group. */
    MySqlGroup() throws SQLException {
        addresses =
                Stream.generate(() -> "127.0.0.1:" + Ports.free()).limit(SIZE).toList();
        String seeds = String.join(",", addresses);
        String plugins = PrivateServer.pluginFolder().toString();
        for (int i = 0; i < SIZE; i++) {
            members.add(PrivateServer.start(ServerKind.MYSQL, options(i + 1, plugins, addresses.get(i), seeds)));
            ReplicatedPair.on(
                    members.get(i),
                    "CHANGE REPLICATION SOURCE TO SOURCE_USER='root' FOR CHANNEL 'group_replication_recovery'",
                    "RESET BINARY LOGS AND GTIDS");
        }
        bootstrap(members.get(0));
        join(members.get(1));
        join(members.get(2));
    }

    /** Makes a group of that member alone. */
    private static void bootstrap(PrivateServer member) throws SQLException {
        ReplicatedPair.on(
                member,
                "SET GLOBAL group_replication_bootstrap_group = ON",
                "START GROUP_REPLICATION",
                "SET GLOBAL group_replication_bootstrap_group = OFF");
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

    List<PrivateServer> members() {
        return members;
    }

    /** The library's user of that schema, which is on the first member, may see who is in the group. */
    void showMembersTo(TestDatabase database) throws SQLException {
        ReplicatedPair.on(
                members.get(0),
                "GRANT SELECT ON performance_schema.replication_group_members TO '" + database.user() + "'@'%'," + " '"
                        + database.user() + "'@'localhost'");
    }

    /** Its number from 0; empty while there is none. */
    Optional<Integer> primary() {
        return IntStream.range(0, SIZE)
                .boxed()
                .filter(i -> members.get(i).isAlive()
                        && says(members.get(i), "member_role = 'PRIMARY' AND @@GLOBAL.super_read_only = 0"))
                .findFirst();
    }

    /**
     * Waits until there is a primary that can be written to.
     *
     * @param since when the one before ended
     * @return how long the group had none
     */
    Duration awaitPrimary(long since) {
        Eventually.await("another primary", ELECTION, () -> primary().isPresent(), () -> "there is none");
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** A member that was killed starts again, and takes part as a secondary. */
    void comesBack(PrivateServer member) throws SQLException {
        member.restart();
        join(member);
    }

    /** Waits until a member counts the others as out of reach, and goes on with it alone, as an operator does. */
    void goOnWith(PrivateServer survivor) throws SQLException {
        Eventually.await(
                "the others are out of reach",
                ELECTION,
                () -> unreachable(survivor) == SIZE - 1,
                () -> unreachable(survivor) + " are out of reach");
        String address = addresses.get(members.indexOf(survivor));
        ReplicatedPair.on(
                survivor,
                "SET GLOBAL group_replication_force_members = '" + address + "'",
                "SET GLOBAL group_replication_force_members = ''");
    }

    private static long unreachable(PrivateServer member) {
        try {
            return Long.parseLong(text(
                    member,
                    "SELECT COUNT(*) FROM performance_schema.replication_group_members"
                            + " WHERE member_state = 'UNREACHABLE'"));
        } catch (SQLException e) {
            throw new IllegalStateException(member + " does not say whom it reaches", e);
        }
    }

    /** All members were killed: starts them, and begins with the one that has most. Returns it. */
    PrivateServer startAgain() throws SQLException {
        for (PrivateServer member : members) {
            member.restart();
        }
        PrivateServer most = members.get(0);
        for (PrivateServer member : members) {
            String executed = text(most, "SELECT @@GLOBAL.gtid_executed");
            if (text(member, "SELECT GTID_SUBSET('" + executed + "', @@GLOBAL.gtid_executed)")
                    .equals("1")) {
                most = member;
            }
        }
        bootstrap(most);
        for (PrivateServer member : members) {
            if (member != most) {
                join(member);
            }
        }
        return most;
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
        PrivateServer primary = members.get(primary().orElseThrow());
        if (primary != member) {
            String id = text(member, "SELECT @@server_uuid");
            ReplicatedPair.on(primary, "DO group_replication_set_as_primary('" + id + "')");
        }
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
