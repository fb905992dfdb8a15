package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A free port")
class PortsTest {
    @Test
    @DisplayName("is nobody else's while its server is away, not another program's either")
    void staysReserved() throws IOException {
        int port = Ports.free();
        try (Socket other = new Socket()) {
            other.setReuseAddress(false);
            assertThrows(BindException.class, () -> other.bind(new InetSocketAddress(Ports.loopback(), port)));
        }
    }

    @Test
    @DisplayName("lets its server listen, end and listen again")
    void isForItsServer() throws IOException {
        int port = Ports.free();
        for (int start = 0; start < 2; start++) {
            try (ServerSocket server = new ServerSocket()) {
                server.setReuseAddress(true);
                server.bind(new InetSocketAddress(Ports.loopback(), port));
                try (Socket client = new Socket(Ports.loopback(), port);
                        Socket accepted = server.accept()) {
                    assertTrue(client.isConnected());
                    assertEquals(port, accepted.getLocalPort());
                }
            }
        }
    }
}
