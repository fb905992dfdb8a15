package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.orderflow.InvalidOrderException;
import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How results and failures leave the application: JSON, and problem details for each exception that a handler may throw. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    static void json(Context context, int status, JsonNode json) {
        context.status(status).result(json.toString()).contentType(ContentType.APPLICATION_JSON);
    }

    static void register(RoutesConfig routes) {
        routes.exception(
                InvalidOrderException.class, (e, context) -> Problem.invalid(e).send(context));
        routes.exception(StoreUnavailableException.class, (e, context) -> unavailable(context, e.getMessage()));
        routes.exception(SchemaException.class, (e, context) -> unavailable(context, e.getMessage()));
        routes.exception(
                RejectedExecutionException.class,
                (e, context) -> Problem.overloaded(Preparation.RETRY).send(context));
        routes.exception(HttpResponseException.class, Answers::http);
        routes.exception(Exception.class, Answers::unexpected);
    }

    private static void unavailable(Context context, String cause) {
        Problem.unavailable(cause, Preparation.RETRY).send(context);
    }

    private static void http(HttpResponseException e, Context context) {
        if (e.getStatus() == HttpStatus.METHOD_NOT_ALLOWED.getCode()) {
            // RFC 9110 wants the allowed ones with it; Javalin knows them as the only detail
            context.header(Header.ALLOW, String.join(", ", e.getDetails().values()));
        }
        Problem.other(
                        e.getStatus(),
                        String.valueOf(e.getMessage()),
                        context.method() + " " + Shortened.of(context.path()))
                .send(context);
    }

    /** What is worse than an exception: the request fails and the process goes on. */
    static void error(HttpServletResponse response, Error e) {
        LOG.error("a request failed; the caller was told 500", e);
        response.setStatus(500);
    }

    private static void unexpected(Exception e, Context context) {
        LOG.error("{} {} failed; the caller was told 500", context.method(), Shortened.of(context.path()), e);
        Problem.other(500, "A bug in this application", "the server's log says more")
                .send(context);
    }
}
