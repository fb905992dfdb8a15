package io.orderflow.examples.embed;

import com.sun.net.httpserver.HttpExchange;
import io.orderflow.page.LivePage;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageReply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;

/** The live page on the HTTP server of the JDK: its requests as calls, and replies as its responses. */
final class PageExchange {
    private PageExchange() {}

    /**
     * Answers a request.
     *
     * @param mount the path below which the page is
     */
    static void answer(HttpExchange exchange, String mount, LivePage page) throws IOException {
        send(exchange, page.answer(call(exchange, mount)));
    }

    private static PageCall call(HttpExchange exchange, String mount) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        return new PageCall(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath().substring(mount.length()),
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
                headers,
                exchange.getRequestBody().readNBytes(PageCall.LARGEST_BODY + 1),
                exchange.getRemoteAddress().getAddress().getHostAddress());
    }

    private static void send(HttpExchange exchange, PageReply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        if (reply.events().isPresent()) {
            exchange.sendResponseHeaders(reply.status(), 0);
            reply.events().get().subscribe(new Events(exchange)); // from now on it is the subscriber's
            return;
        }
        byte[] body = exchange.getRequestMethod().equals("HEAD") ? new byte[0] : reply.body();
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Writes each text on a thread of its own, so that one who takes nothing keeps nobody from the others. */
    private static final class Events implements Flow.Subscriber<String> {
        private final HttpExchange exchange;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private Flow.Subscription texts;

        Events(HttpExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            texts = subscription;
            texts.request(1);
        }

        @Override
        public void onNext(String text) {
            thread.execute(() -> {
                try {
                    OutputStream out = exchange.getResponseBody();
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    texts.request(1);
                } catch (IOException gone) {
                    texts.cancel();
                    onComplete();
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            onComplete();
        }

        @Override
        public void onComplete() {
            thread.execute(exchange::close);
            thread.shutdown();
        }
    }
}
