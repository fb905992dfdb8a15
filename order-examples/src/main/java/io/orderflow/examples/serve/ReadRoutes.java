package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.PageRequest;
import io.vertx.core.Promise;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What can be looked at: orders, products and wallets. Reads wait for the database, so they have a few threads of their
 * own: while it is away, they cannot take the threads that {@code POST /orders} needs.
 */
final class ReadRoutes {
    private static final int PAGE = 50;

    private final OrderProcessor orders;
    private final Executor readers;

    ReadRoutes(OrderProcessor orders, Executor readers) {
        this.orders = orders;
        this.readers = readers;
    }

    void register(Router router) {
        HttpAnswers.look(router, "/orders/:id").handler(this::order);
        HttpAnswers.look(router, "/orders").handler(this::ordersOfBuyer);
        HttpAnswers.look(router, "/products/:id").handler(this::product);
        HttpAnswers.look(router, "/wallets/:buyer").handler(this::wallet);
    }

    private void order(RoutingContext context) {
        UUID id = OrderRoutes.orderId(context.pathParam("id"));
        answer(context, "no order " + id, () -> orders.find(id).map(ShopJson::order));
    }

    private void ordersOfBuyer(RoutingContext context) {
        long buyer = number("buyer", context.request().getParam("buyer"), 0, Long.MAX_VALUE);
        String limit = context.request().getParam("limit");
        int size = limit == null ? PAGE : (int) number("limit", limit, 1, PageRequest.LARGEST);
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
        long id = number("product", context.pathParam("id"), 0, Long.MAX_VALUE);
        answer(context, "no product " + id, () -> orders.inventory().find(id).map(ShopJson::product));
    }

    private void wallet(RoutingContext context) {
        long buyer = number("buyer", context.pathParam("buyer"), 0, Long.MAX_VALUE);
        answer(
                context,
                "no wallet of buyer " + buyer,
                () -> orders.wallets().find(buyer).map(ShopJson::wallet));
    }

    private void answer(RoutingContext context, String notFound, Supplier<Optional<? extends JsonNode>> read) {
        Promise<Optional<? extends JsonNode>> found = Promise.promise();
        readers.execute(() -> {
            try {
                found.complete(read.get());
            } catch (RuntimeException | Error e) {
                // an error too: without an answer the caller would wait for it until he gives up
                found.fail(e);
            }
        });
        HttpAnswers.whenDone(
                context,
                found.future(),
                answer -> answer.ifPresentOrElse(
                        json -> HttpAnswers.json(context.response(), 200, json),
                        () -> Problem.notFound(notFound).send(context.response())));
    }

    private static long number(String field, String text, long smallest, long largest) {
        String rule = "must be an integer between " + smallest + " and " + largest;
        if (text == null) {
            throw new InvalidOrderException(field, "nothing", rule);
        }
        try {
            long number = Long.parseLong(text);
            if (number >= smallest && number <= largest && text.charAt(0) != '+') {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number outside the range
        }
        throw new InvalidOrderException(field, Shortened.of(text), rule);
    }
}
