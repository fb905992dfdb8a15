package io.orderflow.examples.serve;

import io.orderflow.SubmitResult;
import io.orderflow.examples.common.OrderJson;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * The answer to a batch: for each order what {@code POST /orders} would have answered, its headers as fields. The whole
 * has the same status whatever became of the orders. Not thread-safe.
 */
final class BatchAnswer {
    /** RFC 4918's status for an answer that has a status for each of its parts. */
    static final int STATUS = 207;

    private static final int TEXT_OF_ONE = 128;

    private final String requestId;
    private final StringBuilder text;
    private String separator = "";
    private Duration longestWait = Duration.ZERO;

    /**
     * Begins with no result.
     *
     * @param requestId for its problems, the one of the whole request
     */
    BatchAnswer(int orders, String requestId) {
        this.requestId = requestId;
        text = new StringBuilder(TEXT_OF_ONE * orders).append("{\"results\":[");
    }

    /** Adds the result of an order that was submitted. */
    void add(SubmitResult result) {
        if (result instanceof SubmitResult.Accepted accepted) {
            add(202, "", ShopJson.accepted(accepted.orderId().toString()));
        } else if (result instanceof SubmitResult.Duplicate replay) {
            add(200, ",\"replayed\":true", OrderJson.order(replay.order()).toString());
        } else {
            add(OrderRoutes.problem(result));
        }
    }

    /** Adds the result of an order that is not taken. */
    void add(Problem problem) {
        String retryAfter = problem.retryAfter().map(this::retryAfter).orElse("");
        add(problem.status(), retryAfter, problem.json(requestId).toString());
    }

    private String retryAfter(Duration wait) {
        longestWait = wait.compareTo(longestWait) > 0 ? wait : longestWait;
        return ",\"retryAfter\":" + Problem.seconds(wait);
    }

    private void add(int status, String more, String body) {
        text.append(separator).append("{\"status\":").append(status).append(more);
        text.append(",\"body\":").append(body).append('}');
        separator = ",";
    }

    /** Sends it. It asks to wait until every order that may be sent again can be. */
    void send(HttpServerResponse response) {
        if (!longestWait.isZero()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(Problem.seconds(longestWait)));
        }
        HttpAnswers.send(response, STATUS, HttpAnswers.JSON, json());
    }

    String json() {
        return text + "]}";
    }
}
