package io.orderflow.examples.serve;

import io.orderflow.Limits;
import io.orderflow.OrderFeeds;
import io.orderflow.examples.common.EventJson;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** What happened to orders, for readers that remember how far they came. */
final class EventRoutes {
    private static final int PAGE = 100;
    private static final String AFTER = "after";
    private static final String LAST_ID = "Last-Event-ID";
    private static final List<String> PARAMETERS = List.of(AFTER, "limit");

    private final OrderFeeds feeds;
    private final Offload offload;
    private final EventStreams streams;

    EventRoutes(OrderFeeds feeds, Offload offload, EventStreams streams) {
        this.feeds = feeds;
        this.offload = offload;
        this.streams = streams;
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
        offload.answer(
                context,
                () -> EventJson.page(feeds.read(after, limit)),
                json -> HttpAnswers.json(context.response(), 200, json));
    }

    private static boolean isForStream(HttpServerRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return HttpMethod.GET.equals(request.method()) && accept != null && accept.contains(EventStream.TYPE);
    }

    /** A reader that comes again says in a header what it had last, and names the same address as before. */
    private void stream(RoutingContext context) {
        QueryText.allow(context.request(), List.of(AFTER));
        long after = parameter(context, AFTER, 0, 0, Long.MAX_VALUE);
        String last = context.request().getHeader(LAST_ID);
        streams.open(
                context.vertx(),
                context.request(),
                last == null ? after : QueryText.number(LAST_ID, last, 0, Long.MAX_VALUE));
    }

    private static long parameter(RoutingContext context, String name, long otherwise, long smallest, long largest) {
        String text = context.request().getParam(name);
        return text == null ? otherwise : QueryText.number(name, text, smallest, largest);
    }
}
