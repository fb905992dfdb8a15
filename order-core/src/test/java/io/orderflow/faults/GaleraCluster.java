package io.orderflow.faults;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Three nodes of MariaDB that are a Galera cluster of a test's own. */
final class GaleraCluster implements AutoCloseable {
    static final int NODES = 3;
    private static final Duration ELECTION = Duration.ofMinutes(2);

    private final List<PrivateServer> nodes;

    private GaleraCluster(List<PrivateServer> nodes) {
        this.nodes = nodes;
    }

    /** Starts them, if this machine has what they need. */
    static Optional<GaleraCluster> start() {
        return PrivateServer.startGaleraCluster(NODES).map(GaleraCluster::new);
    }

    List<PrivateServer> nodes() {
        return nodes;
    }

    /**
     * Waits until the nodes that are left go on without one.
     *
     * @param killed when that one was killed
     * @return how long they took
     */
    Duration awaitElection(PrivateServer dead, long killed) {
        PrivateServer other =
                nodes.stream().filter(node -> node != dead).findFirst().orElseThrow();
        awaitStatus(other, (NODES - 1) + " Primary ON");
        return Duration.ofNanos(System.nanoTime() - killed);
    }

    /** Waits until a node refuses to work without the others. */
    void awaitNoMajority(PrivateServer survivor) {
        awaitStatus(survivor, "1 non-Primary OFF");
    }

    private static void awaitStatus(PrivateServer node, String wanted) {
        Eventually.await("it says " + wanted, ELECTION, () -> status(node).equals(wanted), () -> status(node));
    }

    private static String status(PrivateServer node) {
        String query = "SHOW GLOBAL STATUS WHERE Variable_name IN"
                + " ('wsrep_cluster_size', 'wsrep_cluster_status', 'wsrep_ready')";
        try (Connection connection = DriverManager.getConnection(
                        node.jdbcUrl(""),
                        node.address().adminUser(),
                        node.address().adminPassword());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            StringBuilder values = new StringBuilder();
            while (row.next()) {
                values.append(values.isEmpty() ? "" : " ").append(row.getString(2));
            }
            return values.toString();
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    /** The other nodes are lost: this one is the cluster from now on, as an operator says it. */
    void goOnWith(PrivateServer survivor) throws SQLException {
        ReplicatedPair.on(survivor, "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'");
    }

    /** All nodes were killed: begins with the one that has most. */
    void startAgain() {
        PrivateServer most = nodes.stream()
                .max(Comparator.comparingLong(PrivateServer::galeraPosition))
                .orElseThrow();
        most.restartAsNewCluster();
        nodes.stream().filter(node -> node != most).forEach(PrivateServer::restart);
    }

    /** What a test checks on a node may be behind the one that was written to last. */
    void readWhatOthersWrote(PrivateServer node) throws SQLException {
        ReplicatedPair.on(node, "SET GLOBAL wsrep_sync_wait = 1");
    }

    @Override
    public void close() {
        nodes.forEach(PrivateServer::close);
    }
}
