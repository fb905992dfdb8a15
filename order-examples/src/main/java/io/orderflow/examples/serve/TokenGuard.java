package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.page.LivePage;
import io.orderflow.page.PageCall;
import io.orderflow.page.PageReply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    private static final String ORIGIN = "origin";
    private static final String FETCH_SITE = "sec-fetch-site";

    private final LivePage page;
    private final List<String> origins;
    private final TrustedProxies proxies;

    /**
     * Prepares it.
     *
     * @param origins the other sites whose pages may ask, with a token as everybody else
     * @param proxies who is believed about whom a request is from
     */
    TokenGuard(LivePage page, List<String> origins, TrustedProxies proxies) {
        this.page = page;
        this.proxies = proxies;
        this.origins = List.copyOf(origins);
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
        page.refusal(fromHere(PageRoutes.call(request, Buffer.buffer(), proxies)), acts)
                .ifPresentOrElse(reply -> refuse(context.response(), reply), context::next);
    }

    /** The page itself refuses every other site; here those that are named count as this one. */
    private PageCall fromHere(PageCall call) {
        if (call.header(ORIGIN).filter(origins::contains).isEmpty()) {
            return call;
        }
        Map<String, String> headers = new HashMap<>(call.headers());
        headers.remove(ORIGIN);
        headers.remove(FETCH_SITE);
        return new PageCall(call.method(), call.path(), call.query(), headers, call.body(), call.remote());
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
