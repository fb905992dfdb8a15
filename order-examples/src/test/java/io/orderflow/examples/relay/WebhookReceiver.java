package io.orderflow.examples.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import javax.net.ssl.SSLContext;

/** A web server that takes what is signed, and has an answer for each request by its number. */
final class WebhookReceiver extends Receiver {
    static final byte[] KEY = "a key of thirty-two bytes, quite".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    static final String PATH = "/hooks";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final IntUnaryOperator status;
    private final Path secret;

    /** Every fifth request is answered 503, and what it brought is not taken. */
    WebhookReceiver() throws IOException {
        this(number -> number % 5 == 0 ? 503 : 204);
    }

    WebhookReceiver(IntUnaryOperator status) throws IOException {
        this(status, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    private WebhookReceiver(IntUnaryOperator status, HttpServer server) throws IOException {
        this.status = status;
        this.server = server;
        secret = Files.writeString(Files.createTempFile("secret", ""), SECRET + "\n");
        server.setExecutor(threads);
        server.createContext(PATH, this::handle);
        server.start();
    }

    /** One that speaks TLS alone, and takes all. */
    static WebhookReceiver withTls(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new WebhookReceiver(number -> 204, server);
    }

    Path secret() {
        return secret;
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        int answer =
                isGenuine(exchange.getRequestHeaders(), body) ? status.applyAsInt(requests.incrementAndGet()) : 401;
        if (answer / 100 == 2) {
            JsonNode page = parse(body);
            page.path("events").forEach(this::add);
        }
        if (answer / 100 == 3) {
            exchange.getResponseHeaders().add("Location", PATH + "/elsewhere");
        }
        exchange.sendResponseHeaders(answer, -1);
        exchange.close();
    }

    private static boolean isGenuine(Headers headers, byte[] body) {
        try {
            return WebhookCheck.isGenuine(
                    KEY,
                    headers.getFirst("webhook-id"),
                    headers.getFirst("webhook-timestamp"),
                    headers.getFirst("webhook-signature"),
                    body,
                    Instant.now());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** How many requests were signed well. */
    int requests() {
        return requests.get();
    }

    @Override
    int port() {
        return server.getAddress().getPort();
    }

    @Override
    List<String> options(int port) {
        return List.of("--to", "http://127.0.0.1:" + port + PATH, "--secret-file", secret.toString());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        secret.toFile().delete();
    }
}
