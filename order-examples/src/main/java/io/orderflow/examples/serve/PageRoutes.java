package io.orderflow.examples.serve;

import io.orderflow.page.LivePage;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageReply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The live page at {@code /}, and its calls below {@code /page/}. */
final class PageRoutes {
    private final LivePage page;
    private final TrustedProxies proxies;
    private final Offload offload;

    PageRoutes(LivePage page, TrustedProxies proxies, Offload offload) {
        this.page = page;
        this.proxies = proxies;
        this.offload = offload;
    }

    void register(Router router) {
        router.route("/").handler(this::answer);
        router.route("/page/:call").handler(this::answer);
    }

    /** Whether a path is the page's or one of its calls. */
    static boolean isOfPage(String path) {
        return path.equals("/") || path.startsWith("/page/");
    }

    private void answer(RoutingContext context) {
        body(context.request(), body -> {
            PageCall call = call(context.request(), body, proxies);
            offload.answer(context, () -> page.answer(call), reply -> {
                if (reply.events().isPresent()) {
                    stream(context, reply);
                } else {
                    send(context.request(), reply);
                }
            });
        });
    }

    /** Reads the body, and answers by itself when it is too large. */
    private static void body(HttpServerRequest request, Consumer<Buffer> then) {
        Buffer body = Buffer.buffer();
        request.handler(piece -> {
                    if (body.length() + piece.length() > PageCall.LARGEST_BODY) {
                        Problem.tooLarge(PageCall.LARGEST_BODY).send(request.response());
                    } else {
                        body.appendBuffer(piece);
                    }
                })
                .exceptionHandler(failure -> HttpAnswers.failed(request, failure))
                .endHandler(end -> {
                    if (!request.response().ended()) {
                        then.accept(body);
                    }
                });
    }

    static PageCall call(HttpServerRequest request, Buffer body, TrustedProxies proxies) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.headers().forEach(headers::putIfAbsent);
        String query = request.query() == null ? "" : request.query();
        return new PageCall(
                request.method().name(), request.path(), query, headers, body.getBytes(), proxies.address(request));
    }

    private static void send(HttpServerRequest request, PageReply reply) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        byte[] body = reply.body();
        if (HttpMethod.HEAD.equals(request.method())) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length))
                    .end();
        } else {
            response.end(Buffer.buffer(body));
        }
    }

    private static void stream(RoutingContext context, PageReply reply) {
        HttpServerResponse response = context.response();
        if (!response.closed()) {
            response.setChunked(true);
            reply.headers().forEach(response::putHeader);
            reply.events().orElseThrow().subscribe(new PageStreamWriter(context.vertx(), response));
        }
    }
}
