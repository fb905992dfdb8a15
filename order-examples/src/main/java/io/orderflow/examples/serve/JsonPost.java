package io.orderflow.examples.serve;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A path to which JSON is posted. What the headers decide is decided before the body is asked for, and no more of a
 * body is kept than its path takes. Used by the event loop alone.
 */
final class JsonPost implements Handler<HttpServerRequest> {
    private static final byte[] NO_BODY = {};
    private static final Pattern JSON_TYPE =
            Pattern.compile("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?", Pattern.CASE_INSENSITIVE);

    private final int largest;
    private final Supplier<Optional<Problem>> notReady;
    private final Path path;

    /** What one path does. Whatever a method throws is the answer. */
    interface Path {
        /** Refuses a request by its headers. */
        void check(HttpServerRequest request);

        /** Has the body read, now or later: memory may be short. */
        default void admit(HttpServerRequest request, int bytes, Runnable read) {
            read.run();
        }

        /** Takes the whole body. */
        void take(HttpServerRequest request, byte[] body);
    }

    /**
     * Prepares the path.
     *
     * @param largest most bytes of a body
     * @param notReady why nothing is taken now, whatever it is
     */
    JsonPost(int largest, Supplier<Optional<Problem>> notReady, Path path) {
        this.largest = largest;
        this.notReady = notReady;
        this.path = path;
    }

    @Override
    public void handle(HttpServerRequest request) {
        guarded(request, () -> {
            path.check(request);
            long announced = announced(request);
            refuse(request, announced)
                    .ifPresentOrElse(
                            problem -> problem.send(request.response()),
                            () -> path.admit(request, announced < 0 ? largest : (int) announced, () -> read(request)));
        });
    }

    private static void guarded(HttpServerRequest request, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            HttpAnswers.failed(request, e);
        }
    }

    private Optional<Problem> refuse(HttpServerRequest request, long announced) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (!isJson(type)) {
            // RFC 9110 wants what would be taken with a 415
            request.response().putHeader(HttpHeaders.ACCEPT, HttpAnswers.JSON);
            return Optional.of(Problem.mediaType("Content-Type must be application/json in UTF-8"));
        }
        if (request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            request.response().putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
            return Optional.of(Problem.mediaType("Content-Encoding must be absent"));
        }
        if (announced > largest) {
            return Optional.of(Problem.tooLarge(largest));
        }
        return request.headers().contains(HttpHeaders.EXPECT) ? expectation(request) : Optional.empty();
    }

    /** A caller that waits for a word before it sends the body gets it now; to others a bad body matters more. */
    private Optional<Problem> expectation(HttpServerRequest request) {
        boolean known = request.headers().getAll(HttpHeaders.EXPECT).stream()
                .allMatch(HttpHeaders.CONTINUE.toString()::equalsIgnoreCase);
        return known ? notReady.get() : Optional.of(Problem.other(417, "Expect must be 100-continue or absent"));
    }

    private static boolean isJson(String type) {
        // most say no more than that
        return type != null
                && (type.equals(HttpAnswers.JSON) || JSON_TYPE.matcher(type).matches());
    }

    /** The length that a request says its body has; -1 when it comes in chunks. */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? -1 : Long.parseLong(length);
    }

    private void read(HttpServerRequest request) {
        Incoming body = new Incoming(request.response());
        request.handler(body)
                .exceptionHandler(failure -> HttpAnswers.failed(request, failure))
                .endHandler(end -> guarded(request, () -> body.whole().ifPresent(bytes -> path.take(request, bytes))));
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
    }

    /** A body as it arrives. */
    private final class Incoming implements Handler<Buffer> {
        private final HttpServerResponse response;
        private Optional<Buffer> read = Optional.empty();
        private boolean tooLarge;

        Incoming(HttpServerResponse response) {
            this.response = response;
        }

        @Override
        public void handle(Buffer piece) {
            int before = read.map(Buffer::length).orElse(0);
            if (tooLarge || before + piece.length() > largest) {
                tooLarge = true;
                read = Optional.empty();
                Problem.tooLarge(largest).send(response);
            } else if (before == 0) {
                read = Optional.of(piece);
            } else {
                read.get().appendBuffer(piece);
            }
        }

        /** All of it; empty when it was refused. */
        Optional<byte[]> whole() {
            return tooLarge
                    ? Optional.empty()
                    : Optional.of(read.map(Buffer::getBytes).orElse(NO_BODY));
        }
    }
}
