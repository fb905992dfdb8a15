package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.page.LivePage;
import io.orderflow.page.PageReply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Asks for the tokens of the live page on the other paths too by which more is seen than one order or product, or by
 * which somebody else's order, or the shop, is changed. Open stay: to place an order, to ask for one by its id, a
 * product, health and meters.
 */
final class TokenGuard {
    /** By what they do: to read them takes a look, to change something by them is an act. */
    static final List<String> GUARDED = List.of(
            "/dead-letters*",
            "/deciding*",
            "/events",
            "/wallets/:buyer",
            "/orders/:id/cancel",
            "/orders/:id/confirm",
            "/orders/:id/release",
            "/orders/:id/refund");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final LivePage page;

    TokenGuard(LivePage page) {
        this.page = page;
    }

    /** Stands before all other routes of its paths. */
    void register(Router router) {
        GUARDED.forEach(path -> router.route(path).handler(this::guard));
        // to place an order is to post there
        HttpAnswers.look(router, OrderRoutes.PATH).handler(this::guard);
    }

    private void guard(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean acts = !HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method());
        page.refusal(PageRoutes.call(request, Buffer.buffer()), acts)
                .ifPresentOrElse(reply -> refuse(context.response(), reply), context::next);
    }

    /** In the form of all other refusals here, with what the reply's headers say. */
    private static void refuse(HttpServerResponse response, PageReply reply) {
        for (String name : List.of("WWW-Authenticate", "Retry-After")) {
            if (reply.headers().containsKey(name)) {
                response.putHeader(name, reply.headers().get(name));
            }
        }
        Problem.other(reply.status(), words(reply)).send(response);
    }

    private static String words(PageReply reply) {
        try {
            return MAPPER.readTree(reply.body()).path("problem").asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the page replies in JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
