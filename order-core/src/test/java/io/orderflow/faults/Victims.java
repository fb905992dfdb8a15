package io.orderflow.faults;

import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.ServerKind;
import java.util.EnumMap;
import java.util.Map;

/**
 * The database servers that tests of this package may harm, one of each kind, started at first use; they end with the
 * JVM.
 */
final class Victims {
    private static final Map<ServerKind, PrivateServer> SERVERS = new EnumMap<>(ServerKind.class);

    private Victims() {}

    /** The server of that kind, running. */
    static synchronized PrivateServer get(ServerKind kind) {
        PrivateServer server = SERVERS.computeIfAbsent(kind, PrivateServer::start);
        if (!server.isAlive()) {
            server.restart();
        }
        return server;
    }
}
