package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.PageRequest;
import io.orderflow.examples.common.OrderJson;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What can be looked at: orders, products and wallets. */
final class ReadRoutes {
    private static final int PAGE = 50;
    private static final List<String> PARAMETERS = List.of("buyer", "limit", "after");

    private final OrderProcessor orders;
    private final Offload offload;

    ReadRoutes(OrderProcessor orders, Offload offload) {
        this.orders = orders;
        this.offload = offload;
    }

    void register(Router router) {
        HttpAnswers.look(router, "/orders/:id").handler(this::order);
        HttpAnswers.look(router, "/orders").handler(this::ordersOfBuyer);
        HttpAnswers.look(router, "/products/:id").handler(this::product);
        HttpAnswers.look(router, "/wallets/:buyer").handler(this::wallet);
    }

    private void order(RoutingContext context) {
        UUID id = OrderRoutes.orderId(context.pathParam("id"));
        answer(
                context,
                "no order " + id,
                () -> orders.find(id).map(OrderJson::order),
                json -> HttpAnswers.show(context.request(), json.toString()));
    }

    private void ordersOfBuyer(RoutingContext context) {
        QueryText.allow(context.request(), PARAMETERS);
        long buyer = QueryText.number("buyer", context.request().getParam("buyer"), 0, Long.MAX_VALUE);
        String limit = context.request().getParam("limit");
        int size = limit == null ? PAGE : (int) QueryText.number("limit", limit, 1, PageRequest.LARGEST);
        Optional<String> after = Optional.ofNullable(context.request().getParam("after"));
        answer(context, "", () -> Optional.of(page(buyer, new PageRequest(size, after))));
    }

    private JsonNode page(long buyer, PageRequest page) {
        try {
            return ShopJson.orders(orders.ordersOf(buyer, page));
        } catch (IllegalArgumentException e) {
            throw new InvalidOrderException(
                    "after", Shortened.of(page.after().orElse("")), "must be the next of a page of this buyer");
        }
    }

    private void product(RoutingContext context) {
        long id = QueryText.number("product", context.pathParam("id"), 0, Long.MAX_VALUE);
        answer(context, "no product " + id, () -> orders.inventory().find(id).map(ShopJson::product));
    }

    private void wallet(RoutingContext context) {
        long buyer = QueryText.number("buyer", context.pathParam("buyer"), 0, Long.MAX_VALUE);
        answer(
                context,
                "no wallet of buyer " + buyer,
                () -> orders.wallets().find(buyer).map(ShopJson::wallet));
    }

    private void answer(RoutingContext context, String notFound, Supplier<Optional<? extends JsonNode>> read) {
        answer(context, notFound, read, json -> HttpAnswers.json(context.response(), 200, json));
    }

    private void answer(
            RoutingContext context,
            String notFound,
            Supplier<Optional<? extends JsonNode>> read,
            Consumer<JsonNode> show) {
        offload.answer(
                context,
                read,
                answer -> answer.ifPresentOrElse(
                        show, () -> Problem.notFound(notFound).send(context.response())));
    }
}
