package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A caller of the application, as strict about its answers as the application is about requests. Thread-safe. */
final class ShopClient {
    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    ShopClient(int port) {
        this("http://127.0.0.1:" + port);
    }

    ShopClient(String base) {
        this.base = base;
    }

    /** An answer. */
    record Answer(int status, HttpResponse<String> response, JsonNode json) {
        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        String text(String field) {
            return json.path(field).asText();
        }

        @Override
        public String toString() {
            return status + " " + response.headers().map() + " " + response.body();
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Answer order(String body, String... headers) throws IOException, InterruptedException {
        return order(body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer order(byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request("/orders").header("Content-Type", JSON);
        return send(with(request, headers).POST(BodyPublishers.ofByteArray(body)));
    }

    Answer batch(String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(BatchRoute.PATH).header("Content-Type", JSON);
        return send(with(request, headers).POST(BodyPublishers.ofString(body)));
    }

    /** Sends the body in chunks, without its length in front. */
    Answer orderInChunks(byte[] body) throws IOException, InterruptedException {
        return inChunks("/orders", body);
    }

    Answer inChunks(String path, byte[] body) throws IOException, InterruptedException {
        BodyPublisher chunks = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
        return send(request(path).header("Content-Type", JSON).POST(chunks));
    }

    Answer send(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        return send(with(request(path), headers).method(method, BodyPublishers.ofString(body)));
    }

    /** What is shown, and is not JSON. */
    String text(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString()).body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(BOUND);
    }

    private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest sent = request.build();
        HttpResponse<String> response = http.send(sent, BodyHandlers.ofString());
        ApiDocument.SERVED.check(new ApiDocument.Seen(
                sent.method(),
                sent.uri().getPath(),
                response.statusCode(),
                response.headers().map(),
                response.body()));
        String type = response.headers().firstValue("Content-Type").orElse("none");
        String expected = response.statusCode() < 400 || type.equals(JSON) ? JSON : PROBLEM;
        if (!type.equals(expected)) {
            throw new AssertionError(
                    "Content-Type " + type + " with " + response.statusCode() + ": " + response.body());
        }
        return new Answer(response.statusCode(), response, parse(response.body()));
    }

    private static JsonNode parse(String body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("an answer that is not JSON: " + body, e);
        }
    }
}
