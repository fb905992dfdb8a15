package io.orderflow.examples.serve;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;

/** What the HTTP server does before a request reaches a route, and when it is told to stop. */
final class HttpServer {
    /** Longest that a stop waits for answers that are due; a submission has its answer within 2 s. */
    private static final Duration ANSWERS_DUE = Duration.ofSeconds(5);

    private HttpServer() {}

    static void configure(Server server) {
        server.setStopTimeout(ANSWERS_DUE.toMillis());
        server.setHandler(new GracefulHandler());
        server.setErrorHandler(HttpServer::explain);
    }

    /** Answers what is not even HTTP, or has a path that no route may see, in the same form as everything else. */
    private static boolean explain(Request request, Response response, Callback callback) {
        Problem problem = Problem.other(
                response.getStatus(), "Not served", "the request can not be understood, or comes too late");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        Content.Sink.write(response, true, problem.json().toString(), callback);
        return true;
    }
}
