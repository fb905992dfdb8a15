package io.orderflow.faults;

import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ReplicatedPair;
import io.orderflow.testing.ServerKind;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

/** Two MySQL servers (8.4 or later) of a test's own: the second can replicate the first, in both ways. */
final class MySqlPair implements AutoCloseable {
    private final PrivateServer source;
    private final PrivateServer replica;
    private final TestDatabase database;

    /** Starts both, and makes an empty schema on the source; the replica is not connected yet. */
    MySqlPair() throws SQLException {
        source = start(1, "semisync_source.so");
        replica = start(2, "semisync_replica.so");
        for (PrivateServer server : List.of(source, replica)) {
            ReplicatedPair.on(server, "RESET BINARY LOGS AND GTIDS");
        }
        ReplicatedPair.on(
                replica,
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=" + source.port()
                        + ", SOURCE_USER='root', SOURCE_AUTO_POSITION=1, SOURCE_HEARTBEAT_PERIOD=0.2, GET_SOURCE_PUBLIC_KEY=1");
        database = TestDatabase.on(source.address());
    }

    private static PrivateServer start(int id, String plugin) throws SQLException {
        return PrivateServer.start(
                ServerKind.MYSQL,
                List.of(
                        "--server-id=" + id,
                        "--plugin-dir=" + PrivateServer.pluginFolder(),
                        "--plugin-load-add=" + plugin,
                        "--gtid-mode=ON",
                        "--enforce-gtid-consistency=ON"));
    }

    PrivateServer source() {
        return source;
    }

    PrivateServer replica() {
        return replica;
    }

    /** The schema on the source; its pools are closed with it. */
    TestDatabase database() {
        return database;
    }

    @Override
    public void close() {
        try (source;
                replica;
                database) {
            // each of them, although another one fails
        }
    }
}
