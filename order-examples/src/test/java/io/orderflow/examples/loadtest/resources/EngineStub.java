package io.orderflow.examples.loadtest.resources;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something that answers as a Docker engine does, on a socket of its own. Thread-safe. */
final class EngineStub implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private EngineStub(Path socket) throws IOException {
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        this.server.bind(UnixDomainSocketAddress.of(socket));
    }

    /** One on a socket in a folder of its own; a path of a socket has 107 bytes at most. */
    static EngineStub start() throws IOException {
        EngineStub stub = new EngineStub(Files.createTempDirectory("engine").resolve("s"));
        Thread thread = new Thread(stub::serve, "engine-stub");
        thread.setDaemon(true);
        thread.start();
        return stub;
    }

    /** A client of it. */
    DockerEngine engine() {
        return DockerEngine.of(Map.of("DOCKER_HOST", "unix://" + socket));
    }

    /** From now on this is the answer for paths that begin so. */
    void answer(String path, int status, String json) {
        answers.put(path, status + " \r\n" + json);
    }

    /** The paths that were asked for, with their parameters. */
    List<String> asked() {
        return asked;
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                answer(client);
            } catch (IOException e) {
                // closed by the test, or the client has gone
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        Scanner request = new Scanner(Channels.newInputStream(client), StandardCharsets.US_ASCII);
        String path = request.nextLine().split(" ")[1];
        asked.add(path);
        while (!request.nextLine().isEmpty()) {
            // headers say nothing more
        }
        String[] answer = answers.entrySet().stream()
                .filter(entry -> path.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("404 \r\n{\"message\":\"No such container\"}")
                .split("\r\n");
        String text = "HTTP/1.1 " + answer[0] + "\r\nContent-Type: application/json\r\nContent-Length: "
                + answer[1].length() + "\r\nConnection: close\r\n\r\n" + answer[1];
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.getParent());
    }
}
