package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.DecoderException;
import io.orderflow.InvalidOrderException;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How results and failures leave the application: JSON, and problem details for each exception that a handler may
 * throw.
 */
final class HttpAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(HttpAnswers.class);

    private static final RareLog OUTAGES = new RareLog(LOG);

    static final String JSON = "application/json";

    private static final int NOT_MODIFIED = 304;
    private static final int NOT_ALLOWED = 405;
    private static final int UNEXPECTED = 500;

    // written as they are, since no answer goes without them
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence ASK_AGAIN = HttpHeaders.createOptimized("private, no-cache");
    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");

    private HttpAnswers() {}

    static void json(HttpServerResponse response, int status, JsonNode json) {
        send(response, status, JSON, json.toString());
    }

    /** Sends a whole answer; does nothing for a client that has gone. */
    static void send(HttpServerResponse response, int status, String type, String text) {
        // orders change and belong to one buyer; and what a caller sent comes back in problems
        send(response, status, type, NO_STORE, text);
    }

    private static void send(HttpServerResponse response, int status, String type, CharSequence caching, String text) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, type)
                    .putHeader(HttpHeaders.CACHE_CONTROL, caching)
                    .putHeader(CONTENT_TYPE_OPTIONS, NO_SNIFF)
                    .end(text);
        }
    }

    /** Shows JSON that a caller may keep, if he asks each time whether it is still right; or says that it is. */
    static void show(HttpServerRequest request, String text) {
        HttpServerResponse response = request.response();
        String tag = EntityTag.of(text);
        if (response.ended() || response.closed()) {
            return;
        }
        response.putHeader(HttpHeaders.ETAG, tag);
        if (EntityTag.isAmong(request.headers().getAll(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatusCode(NOT_MODIFIED)
                    .putHeader(HttpHeaders.CACHE_CONTROL, ASK_AGAIN)
                    .end();
        } else {
            send(response, 200, JSON, ASK_AGAIN, text);
        }
    }

    /** Answers on the request's event loop when something is done; a failure of either is answered like any other. */
    static <T> void whenDone(RoutingContext context, Future<T> something, Consumer<T> answer) {
        Context loop = context.vertx().getOrCreateContext();
        something.onComplete(done -> loop.runOnContext(now -> {
            if (done.failed()) {
                context.fail(done.cause());
                return;
            }
            try {
                answer.accept(done.result());
            } catch (RuntimeException e) {
                context.fail(e);
            }
        }));
    }

    /** A path to look at: GET, and HEAD for the status alone. */
    static Route look(Router router, String path) {
        return router.get(path).method(HttpMethod.HEAD);
    }

    /** Answers what no route answers. */
    static void register(Router router) {
        RouteTable table = new RouteTable(router);
        router.route().failureHandler(HttpAnswers::failed);
        router.errorHandler(404, HttpAnswers::failed);
        router.errorHandler(NOT_ALLOWED, context -> notAllowed(context.request(), table));
    }

    /** Answers a method that a path does not take. */
    static void notAllowed(HttpServerRequest request, RouteTable table) {
        // RFC 9110 wants the allowed ones with it
        request.response().putHeader(HttpHeaders.ALLOW, table.allowed(request.path()));
        failed(request, NOT_ALLOWED, null);
    }

    private static void failed(RoutingContext context) {
        failed(context.request(), context.statusCode(), context.failure());
    }

    /** Answers when something is done; a failure of either is answered like any other. */
    static void finish(HttpServerRequest request, Throwable failure, Runnable answer) {
        if (failure != null) {
            failed(request, failure);
            return;
        }
        try {
            answer.run();
        } catch (RuntimeException e) {
            failed(request, e);
        }
    }

    /** Answers a request whose handler threw, or whose body did not come. */
    static void failed(HttpServerRequest request, Throwable failure) {
        failed(request, UNEXPECTED, failure);
    }

    /**
     * Answers what failed.
     *
     * @param failure why; null where the status says it all
     */
    private static void failed(HttpServerRequest request, int status, Throwable failure) {
        RequestIds.stamp(request.response());
        if (failure instanceof HttpClosedException) {
            LOG.debug("{}: the caller went before the end", named(request));
        } else if (isBadlyFramed(request, failure)) {
            // the server ends the connection by itself: nobody knows where the next request begins
            Problem.other(400, "the body cannot be read: it is not framed as its headers say")
                    .send(request.response());
        } else {
            problem(request, status, failure).send(request.response());
        }
    }

    /** What Netty throws for chunks that are none; the second while it reads their length. */
    private static boolean isBadlyFramed(HttpServerRequest request, Throwable failure) {
        return failure instanceof DecoderException || failure instanceof NumberFormatException && !request.isEnded();
    }

    private static Problem problem(HttpServerRequest request, int status, Throwable failure) {
        if (failure instanceof InvalidOrderException e) {
            return Problem.invalid(e);
        } else if (failure instanceof StoreUnavailableException || failure instanceof SchemaException) {
            outage(request, failure);
            return Problem.unavailable("the database cannot be asked now", Preparation.RETRY);
        } else if (failure instanceof RejectedExecutionException) {
            return Problem.overloaded(Preparation.RETRY);
        } else if (status >= 400 && status < UNEXPECTED) {
            return Problem.other(status, said(request));
        }
        return unexpected(request, failure);
    }

    /** Tells the log of an outage that a request met. */
    static void outage(HttpServerRequest request, Throwable failure) {
        OUTAGES.tell(named(request), failure);
    }

    private static Problem unexpected(HttpServerRequest request, Throwable failure) {
        LOG.error("{} failed; the caller was told 500", named(request), failure);
        return Problem.other(
                UNEXPECTED,
                "a bug in this application; its log says more of request " + RequestIds.of(request.response()));
    }

    private static String said(HttpServerRequest request) {
        return request.method() + " " + Shortened.of(request.path());
    }

    /** A request as the log names it. */
    private static String named(HttpServerRequest request) {
        return "request " + RequestIds.of(request.response()) + ", " + said(request) + ",";
    }
}
