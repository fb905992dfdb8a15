package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.Limits;
import io.orderflow.OrderFeeds;
import io.orderflow.StoreUnavailableException;
import io.orderflow.examples.common.EventJson;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** What happened to orders, for readers that remember how far they came. */
final class EventRoutes {
    private static final int PAGE = 100;
    private static final String AFTER = "after";
    private static final String LAST_ID = "Last-Event-ID";
    private static final List<String> PARAMETERS = List.of(AFTER, "limit");

    private final OrderFeeds feeds;
    private final Offload offload;
    private final EventStreams streams;
    private final EventPositions positions;

    EventRoutes(OrderFeeds feeds, Offload offload, EventStreams streams) {
        this.feeds = feeds;
        this.offload = offload;
        this.streams = streams;
        this.positions = new EventPositions(feeds);
    }

    void register(Router router) {
        HttpAnswers.look(router, "/events").handler(this::events);
    }

    private void events(RoutingContext context) {
        if (isForStream(context.request())) {
            stream(context);
            return;
        }
        QueryText.allow(context.request(), PARAMETERS);
        long after = parameter(context, AFTER, 0, 0, Long.MAX_VALUE);
        int limit = (int) parameter(context, "limit", PAGE, 1, Limits.BATCH_ORDERS);
        offload.answer(context, () -> page(context, after, limit), Runnable::run);
    }

    private Runnable page(RoutingContext context, long after, int limit) {
        Optional<Problem> refusal = positions.refusal(AFTER, after);
        if (refusal.isPresent()) {
            return () -> refusal.get().send(context.response());
        }
        ObjectNode page = EventJson.page(feeds.read(after, limit));
        return () -> HttpAnswers.json(context.response(), 200, page);
    }

    private static boolean isForStream(HttpServerRequest request) {
        return HttpMethod.GET.equals(request.method())
                && AcceptHeader.prefers(
                        request.headers().getAll(HttpHeaders.ACCEPT), EventStream.TYPE, HttpAnswers.JSON);
    }

    /** A reader that comes again says in a header what it had last, and names the same address as before. */
    private void stream(RoutingContext context) {
        QueryText.allow(context.request(), List.of(AFTER));
        long after = parameter(context, AFTER, 0, 0, Long.MAX_VALUE);
        String last = context.request().getHeader(LAST_ID);
        String field = last == null ? AFTER : LAST_ID;
        long from = last == null ? after : QueryText.number(LAST_ID, last, 0, Long.MAX_VALUE);
        if (positions.isNews(from)) {
            offload.answer(context, () -> refusal(context, field, from), refusal -> open(context, from, refusal));
        } else {
            open(context, from, Optional.empty());
        }
    }

    private void open(RoutingContext context, long from, Optional<Problem> refusal) {
        refusal.ifPresentOrElse(
                problem -> problem.send(context.response()),
                () -> streams.open(context.vertx(), context.request(), from));
    }

    /** While the database is away a stream is opened, and has comments alone. */
    private Optional<Problem> refusal(RoutingContext context, String field, long from) {
        try {
            return positions.refusal(field, from);
        } catch (StoreUnavailableException e) {
            HttpAnswers.outage(context.request(), e);
            return Optional.empty();
        }
    }

    private static long parameter(RoutingContext context, String name, long otherwise, long smallest, long largest) {
        String text = context.request().getParam(name);
        return text == null ? otherwise : QueryText.number(name, text, smallest, largest);
    }
}
