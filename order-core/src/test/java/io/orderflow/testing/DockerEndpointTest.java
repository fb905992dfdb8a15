package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEndpointTest {

    private static final Duration QUICK = DockerEndpoint.BOUND.plusMillis(700);

    @TempDir
    private Path folder;

    @Test
    void thereIsNoneWithoutASocketOrAVariable() throws IOException {
        Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", folder.toString());
        if (!Files.exists(Path.of("/var/run/docker.sock"))) {
            assertEquals(Optional.empty(), DockerEndpoint.find(environment, folder));
            Files.createFile(folder.resolve("docker.sock"));
            assertEquals(
                    Optional.of(new DockerEndpoint(UnixDomainSocketAddress.of(folder.resolve("docker.sock")))),
                    DockerEndpoint.find(environment, folder));
        }
    }

    @Test
    void theVariableNamesASocketOrAPort() {
        assertEquals(
                Optional.of(new DockerEndpoint(UnixDomainSocketAddress.of("/run/d.sock"))),
                DockerEndpoint.find(Map.of("DOCKER_HOST", "unix:///run/d.sock"), folder));
        assertEquals(
                Optional.of(new DockerEndpoint(new InetSocketAddress("127.0.0.1", 2375))),
                DockerEndpoint.find(Map.of("DOCKER_HOST", "tcp://127.0.0.1"), folder));
    }

    @Test
    void aSocketWithoutADaemonDoesNotAnswer() throws IOException {
        Path left = Files.createFile(folder.resolve("left.sock"));
        assertFalse(new DockerEndpoint(UnixDomainSocketAddress.of(left)).answers());
        assertFalse(new DockerEndpoint(UnixDomainSocketAddress.of(folder.resolve("none.sock"))).answers());
        assertFalse(new DockerEndpoint(new InetSocketAddress("127.0.0.1", Ports.free())).answers());
    }

    @Test
    void aSilentDaemonIsGivenUpQuickly() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("silent.sock"));
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(address);
            assertTimeout(QUICK, () -> assertFalse(new DockerEndpoint(address).answers()));
        }
    }

    @Test
    void aDaemonThatAnswersIsFound() throws IOException {
        try (ServerSocket daemon = new ServerSocket(0, 5, Ports.loopback())) {
            FaultyLink.daemon("docker", () -> answerOne(daemon));
            assertTrue(new DockerEndpoint(daemon.getLocalSocketAddress()).answers());
        }
    }

    @Test
    void theSearchOfThisMachineIsQuick() {
        assertTimeout(QUICK, Docker::answers);
    }

    private static void answerOne(ServerSocket daemon) {
        try (Socket client = daemon.accept()) {
            client.getOutputStream()
                    .write("HTTP/1.0 200 OK\r\n\r\nOK".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            client.getInputStream().read();
        } catch (IOException stopped) {
            return;
        }
    }
}
