package io.orderflow.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderProcessor;
import io.orderflow.PageRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What can be looked at: orders, products and wallets. Reads wait for the database, so they have a few threads of their own:
 * while it is away, they can not take the threads that {@code POST /orders} needs.
 */
final class ReadRoutes {
    private static final int PAGE = 50;

    private final OrderProcessor orders;
    private final Executor readers;

    ReadRoutes(OrderProcessor orders, Executor readers) {
        this.orders = orders;
        this.readers = readers;
    }

    void register(RoutesConfig routes) {
        routes.get("/orders/{id}", this::order);
        routes.get("/orders", this::ordersOfBuyer);
        routes.get("/products/{id}", this::product);
        routes.get("/wallets/{buyer}", this::wallet);
    }

    private void order(Context context) {
        UUID id = OrderRoutes.orderId(context.pathParam("id"));
        answer(context, "no order " + id, () -> orders.find(id).map(ShopJson::order));
    }

    private void ordersOfBuyer(Context context) {
        long buyer = number("buyer", context.queryParam("buyer"), 0, Long.MAX_VALUE);
        String limit = context.queryParam("limit");
        int size = limit == null ? PAGE : (int) number("limit", limit, 1, PageRequest.LARGEST);
        Optional<String> after = Optional.ofNullable(context.queryParam("after"));
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

    private void product(Context context) {
        long id = number("product", context.pathParam("id"), 0, Long.MAX_VALUE);
        answer(context, "no product " + id, () -> orders.inventory().find(id).map(ShopJson::product));
    }

    private void wallet(Context context) {
        long buyer = number("buyer", context.pathParam("buyer"), 0, Long.MAX_VALUE);
        answer(
                context,
                "no wallet of buyer " + buyer,
                () -> orders.wallets().find(buyer).map(ShopJson::wallet));
    }

    private void answer(Context context, String notFound, Supplier<Optional<? extends JsonNode>> read) {
        context.future(() -> CompletableFuture.supplyAsync(read, readers)
                .thenAccept(found -> found.ifPresentOrElse(
                        json -> Answers.json(context, 200, json),
                        () -> Problem.notFound(notFound).send(context))));
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
