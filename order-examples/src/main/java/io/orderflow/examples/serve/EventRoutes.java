package io.orderflow.examples.serve;

import io.orderflow.Limits;
import io.orderflow.OrderFeeds;
import io.orderflow.examples.common.EventJson;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** What happened to orders, for readers that remember how far they came. */
final class EventRoutes {
    private static final int PAGE = 100;
    private static final List<String> PARAMETERS = List.of("after", "limit");

    private final OrderFeeds feeds;
    private final Offload offload;

    EventRoutes(OrderFeeds feeds, Offload offload) {
        this.feeds = feeds;
        this.offload = offload;
    }

    void register(Router router) {
        HttpAnswers.look(router, "/events").handler(this::events);
    }

    private void events(RoutingContext context) {
        QueryText.allow(context.request(), PARAMETERS);
        long after = parameter(context, "after", 0, 0, Long.MAX_VALUE);
        int limit = (int) parameter(context, "limit", PAGE, 1, Limits.BATCH_ORDERS);
        offload.answer(
                context,
                () -> EventJson.page(feeds.read(after, limit)),
                json -> HttpAnswers.json(context.response(), 200, json));
    }

    private static long parameter(RoutingContext context, String name, long otherwise, long smallest, long largest) {
        String text = context.request().getParam(name);
        return text == null ? otherwise : QueryText.number(name, text, smallest, largest);
    }
}
