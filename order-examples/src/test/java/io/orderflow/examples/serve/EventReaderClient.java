package io.orderflow.examples.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a stream of events on a thread of its own until it ends. Thread-safe. */
final class EventReaderClient implements AutoCloseable {
    private static final String ID = "id: ";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpResponse<InputStream> response;
    private final List<String> lines = new ArrayList<>();
    private volatile boolean ended;

    private EventReaderClient(HttpRequest request) throws IOException, InterruptedException {
        response = http.send(request, BodyHandlers.ofInputStream());
        Thread reading = new Thread(this::read, "events");
        reading.setDaemon(true);
        reading.start();
    }

    static EventReaderClient open(int port, String query, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(port, query).header("Accept", "text/event-stream");
        return new EventReaderClient((headers.length == 0 ? request : request.headers(headers)).build());
    }

    /** Asks with a header Accept of its own, and reads what it gets. */
    static EventReaderClient accepting(int port, String accept) throws IOException, InterruptedException {
        return new EventReaderClient(request(port, "").header("Accept", accept).build());
    }

    private static HttpRequest.Builder request(int port, String query) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events" + query));
    }

    private void read() {
        try (BufferedReader body = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = body.readLine(); line != null; line = body.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
            ended = true;
        } catch (IOException e) {
            synchronized (lines) {
                lines.add("broken off: " + e);
            }
        }
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** What came so far. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The positions that came so far. */
    List<Long> positions() {
        return lines().stream()
                .filter(line -> line.startsWith(ID))
                .map(line -> Long.valueOf(line.substring(ID.length())))
                .toList();
    }

    /** Whether the other side has ended it in good order. */
    boolean isEnded() {
        return ended;
    }

    /** Ends it from this side. */
    void leave() throws IOException {
        response.body().close();
    }

    @Override
    public void close() throws IOException {
        leave();
    }

    @Override
    public String toString() {
        List<String> all = lines();
        return response + ", ended " + ended + ", " + all.subList(Math.max(0, all.size() - 10), all.size());
    }
}
