package io.orderflow.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code redis-server} with an append-only file that is flushed at every write. */
record RedisProgram(Path path) implements ServerProgram {

    private static final int TIMEOUT_MILLIS = 2_000;

    static Optional<RedisProgram> find() {
        return Programs.find("redis-server").map(RedisProgram::new);
    }

    @Override
    public void prepare(Path folder) {}

    @Override
    public List<String> command(Path folder, int port) {
        return List.of(
                path.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always");
    }

    @Override
    public boolean answers(ServerAddress server) {
        return ping(server);
    }

    /** True when PING is answered by PONG, which a server that still loads its data refuses. */
    static boolean ping(ServerAddress server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.host(), server.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes("+PONG".length());
            return "+PONG".equals(new String(answer, StandardCharsets.US_ASCII));
        } catch (IOException notYet) {
            return false;
        }
    }
}
