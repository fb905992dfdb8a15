package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.orderflow.DeadLetterResult;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What went wrong with a request, as problem details of RFC 9457. Immutable.
 *
 * @param status the HTTP status
 * @param type the problem's type, for programs: a URI that docs/programs.md explains, or {@code about:blank}
 * @param title what kind of problem it is, for people
 * @param detail what happened this time and what to do
 * @param retryAfter when trying again makes sense
 * @param members what else a program can use, by name
 */
record Problem(
        int status,
        String type,
        String title,
        String detail,
        Optional<Duration> retryAfter,
        Map<String, JsonNode> members) {
    static final String CONTENT_TYPE = "application/problem+json";

    Problem {
        members = new LinkedHashMap<>(members);
    }

    /** The prefix of the types that are this application's own; docs/programs.md lists them. */
    static final String TYPES = "urn:orderflow:problem:";

    /** RFC 9457's type for a problem that is no more than its status. */
    private static final String PLAIN = "about:blank";

    private Problem(int status, String kind, String title, String detail) {
        this(status, TYPES + kind, title, detail, Optional.empty(), Map.of());
    }

    static Problem invalid(InvalidOrderException e) {
        return new Problem(400, "invalid-value", "A value breaks its rule", e.getMessage())
                .with("field", e.field())
                .with("value", e.value())
                .with("rule", e.rule());
    }

    static Problem notFound(String detail) {
        return other(404, detail);
    }

    static Problem tooLarge(int limit) {
        return other(413, "a body has at most " + limit + " bytes");
    }

    static Problem mediaType(String detail) {
        return other(415, detail);
    }

    static Problem conflict(UUID orderId) {
        return new Problem(
                        422,
                        "key-reused",
                        "The idempotency key stands for another order",
                        "the first order with this key had other content; nothing changed")
                .with("orderId", orderId.toString());
    }

    static Problem letterRefused(DeadLetterResult.Refused refused) {
        return new Problem(409, "dead-letter-refused", "This cannot be done with this dead letter", refused.detail())
                .with("refusal", refused.refusal().name());
    }

    static Problem overloaded(Duration retryAfter) {
        return new Problem(429, "overloaded", "Too many orders at once", "nothing was accepted; send it again later")
                .after(retryAfter);
    }

    static Problem rateLimited(RateRule rule, Duration retryAfter) {
        return new Problem(
                        429,
                        "rate-limited",
                        "This client sends more than it may",
                        "it may send " + rule.perSecond() + " requests a second; nothing was done")
                .after(retryAfter);
    }

    /** Says in words of this application what is missing; what a driver says stands in the log. */
    static Problem unavailable(String missing, Duration retryAfter) {
        return new Problem(503, "unavailable", "Not available now", missing).after(retryAfter);
    }

    static Problem unknown(UUID orderId) {
        return new Problem(
                        503,
                        "outcome-unknown",
                        "It is not known whether the order was accepted",
                        "the answer of the database or the queue was lost or late; ask for the order, or send it again"
                                + " with the same idempotency key")
                .after(Duration.ofSeconds(1))
                .with("orderId", orderId.toString())
                .with("outcome", "unknown");
    }

    /** Another change of the order has the reference. */
    static Problem changeConflict(UUID orderId) {
        return new Problem(
                        422,
                        "key-reused",
                        "The idempotency key stands for another change of the order",
                        "the first change with this key had other content; nothing changed")
                .with("orderId", orderId.toString());
    }

    /** The order that was sent along is another one, by its key. */
    static Problem otherKey(UUID orderId, Optional<UUID> leadsTo) {
        return otherOrder(
                orderId,
                "order.idempotencyKey",
                leadsTo.map(UUID::toString).orElse("nothing"),
                "must be the key with which the order was posted: buyer and key lead to the id in the path");
    }

    /** The order that was sent along is not what was accepted. */
    static Problem otherContent(UUID orderId) {
        return otherOrder(orderId, "order", "another content", "must be the order as it was posted");
    }

    private static Problem otherOrder(UUID orderId, String field, String value, String rule) {
        return new Problem(422, "other-order", "The order in the body is not this one", "nothing changed")
                .with("orderId", orderId.toString())
                .with("field", field)
                .with("value", value)
                .with("rule", rule);
    }

    /** The order stands where this cannot be done any more, or not yet. */
    static Problem tooLate(UUID orderId, OrderStatus status) {
        return new Problem(
                        409,
                        "wrong-status",
                        "The order's status does not allow it",
                        "a pending or reserved order can be cancelled, a reserved one confirmed or released, and a"
                                + " completed one refunded; nothing changed")
                .with("orderId", orderId.toString())
                .with("orderStatus", status.name());
    }

    static Problem moreThanLeft(UUID orderId, List<Integer> left) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        left.forEach(array::add);
        return new Problem(409, "more-than-left", "Less is left of the order than was asked for", "nothing changed")
                .with("orderId", orderId.toString())
                .with("left", array);
    }

    /** No reader of this feed can have come so far. */
    static Problem positionAhead(String field, long position, long newest) {
        return new Problem(
                        422,
                        "position-ahead",
                        "Nothing has that position yet",
                        "the position is of another shop, or of a database that lost what it had; begin anew at one"
                                + " that is not beyond the newest")
                .with("field", field)
                .with("value", Long.toString(position))
                .with("newest", Long.toString(newest));
    }

    static Problem accountFull(UUID orderId) {
        return new Problem(
                        409,
                        "account-full",
                        "The wallet or a product would have more than an account may have",
                        "nothing changed")
                .with("orderId", orderId.toString());
    }

    static Problem changeUnknown(UUID orderId) {
        return new Problem(
                        503,
                        "outcome-unknown",
                        "It is not known whether the order was changed",
                        "the database did not answer; send the same request again with the same idempotency key")
                .after(Duration.ofSeconds(1))
                .with("orderId", orderId.toString())
                .with("outcome", "unknown");
    }

    /** A path that a front end's filter and this application might read differently. */
    static Problem path() {
        return other(400, "the path must be plain: no empty segment, no dot segment, nothing percent-encoded");
    }

    static Problem late(Duration patience) {
        return other(408, "the request did not arrive within " + patience.toSeconds() + " s");
    }

    /** A page of another site had a browser send it. */
    static Problem otherSite(Optional<String> origin) {
        return other(
                403,
                "the page that sent this request is of "
                        + origin.map(Shortened::of).orElse("another site")
                        + ", which is neither this site nor named by --cors-origin; nothing was done");
    }

    /** Asked for by a name that somebody else may have lead to this machine. */
    static Problem otherName(String host) {
        return other(
                403,
                "there are no tokens, so only this machine may ask, by its name localhost, 127.0.0.1 or [::1], and not"
                        + " by " + Shortened.of(host) + "; tokens (ORDER_LOOK_TOKEN, ORDER_ACT_TOKEN) let others ask;"
                        + " nothing was done");
    }

    /** What the status alone says. */
    static Problem other(int status, String detail) {
        String title = HttpResponseStatus.valueOf(status).reasonPhrase();
        return new Problem(status, PLAIN, title, detail, Optional.empty(), Map.of());
    }

    private Problem with(String name, String value) {
        return with(name, TextNode.valueOf(value));
    }

    private Problem with(String name, JsonNode value) {
        Map<String, JsonNode> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new Problem(status, type, title, detail, retryAfter, more);
    }

    private Problem after(Duration wait) {
        return new Problem(status, type, title, detail, Optional.of(wait), members);
    }

    /** Answers a request with this problem. */
    void send(HttpServerResponse response) {
        retryAfter.ifPresent(wait -> response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds(wait))));
        HttpAnswers.send(
                response, status, CONTENT_TYPE, json(RequestIds.of(response)).toString());
    }

    /** A time as callers are told it: in whole seconds, never early. */
    static long seconds(Duration wait) {
        return wait.plusMillis(999).toSeconds();
    }

    /** The document, with the id of the request that it answers. */
    ObjectNode json(String requestId) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("type", type);
        json.put("title", title);
        json.put("status", status);
        json.put("detail", detail);
        json.setAll(members);
        return json.put("requestId", requestId);
    }
}
