package io.orderflow.examples.loadtest.resources;

import java.util.OptionalInt;
import oshi.software.os.InternetProtocolStats.IPConnection;
import oshi.software.os.InternetProtocolStats.TcpState;
import oshi.software.os.OperatingSystem;

/** Finds the process that listens on a TCP port of this machine. Thread-safe. */
final class PortOwner {
    private final OperatingSystem system;

    PortOwner(OperatingSystem system) {
        this.system = system;
    }

    /** The process's id; empty when nobody listens there, or this user may not know who. */
    OptionalInt of(int port) {
        return system.getInternetProtocolStats().getConnections().stream()
                .filter(connection -> connection.getState() == TcpState.LISTEN && connection.getLocalPort() == port)
                .mapToInt(IPConnection::getowningProcessId)
                .filter(pid -> pid > 0)
                .findFirst();
    }
}
