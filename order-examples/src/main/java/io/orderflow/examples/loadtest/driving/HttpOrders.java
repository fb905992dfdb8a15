package io.orderflow.examples.loadtest.driving;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Posts to one path of the HTTP application, on connections that stay open. Thread-safe. */
final class HttpOrders implements AutoCloseable {
    private static final String JSON = "application/json";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int MOST_WAITING = 1_000_000;

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final RequestOptions post;

    /**
     * Makes a client; connects when something is sent.
     *
     * @param application the application's address
     * @param path the path below it
     * @param connections most connections at once; requests beyond wait in this process
     */
    HttpOrders(URI application, String path, int connections) {
        post = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(application.toString().replaceAll("/+$", "") + path)
                .setTimeout(ANSWER.toMillis())
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) CONNECT.toMillis()),
                new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(MOST_WAITING));
    }

    /**
     * An answer with its whole body.
     *
     * @param body the body as text
     */
    record Answer(HttpClientResponse response, String body) {}

    /** Sends one request. */
    Future<Answer> send(String json, Map<String, String> headers) {
        RequestOptions options = post;
        if (!headers.isEmpty()) {
            options = new RequestOptions(post);
            headers.forEach(options::putHeader);
        }
        return client.request(options)
                .compose(sending -> sending.send(Buffer.buffer(json)))
                .compose(response -> response.body().map(body -> new Answer(response, body.toString())));
    }

    /** Runs something a little later. */
    void later(Duration pause, Runnable work) {
        vertx.setTimer(pause.toMillis(), now -> work.run());
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
