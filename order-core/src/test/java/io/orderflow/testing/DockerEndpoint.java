package io.orderflow.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where a Docker daemon could be, and whether one answers there; asked before Testcontainers, which takes seconds to
 * say no.
 */
record DockerEndpoint(SocketAddress address) {

    static final Duration BOUND = Duration.ofMillis(800);

    /** The endpoint that this environment names, or the first usual socket that exists. */
    static Optional<DockerEndpoint> find(Map<String, String> environment, Path home) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        if (!host.isEmpty()) {
            return Optional.of(new DockerEndpoint(parse(host)));
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "/run");
        return List.of(
                        Path.of("/var/run/docker.sock"),
                        Path.of(runtime, "docker.sock"),
                        home.resolve(".docker/run/docker.sock"))
                .stream()
                .filter(Files::exists)
                .findFirst()
                .map(socket -> new DockerEndpoint(UnixDomainSocketAddress.of(socket)));
    }

    private static SocketAddress parse(String host) {
        if (host.startsWith("unix://")) {
            return UnixDomainSocketAddress.of(host.substring("unix://".length()));
        }
        URI uri = URI.create(host);
        return new InetSocketAddress(uri.getHost(), uri.getPort() > 0 ? uri.getPort() : 2375);
    }

    /** True when something at the endpoint answers a request within the bound. */
    boolean answers() {
        try (SocketChannel channel = open()) {
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> ping(channel));
            return answer.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException | ExecutionException | TimeoutException silent) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private SocketChannel open() throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    private boolean ping(SocketChannel channel) {
        try {
            channel.connect(address);
            channel.write(
                    ByteBuffer.wrap("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            return channel.read(ByteBuffer.allocate(16)) > 0;
        } catch (IOException closedOrRefused) {
            return false;
        }
    }
}
