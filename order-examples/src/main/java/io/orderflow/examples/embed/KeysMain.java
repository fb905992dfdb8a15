package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import java.util.UUID;

/** When two requests are the same order: idempotency keys, ids of the host's own, and neither of them. */
public final class KeysMain {
    private KeysMain() {}

    public static void main(String[] args) {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            // A key stands for the buyer's whole request, in every process and for ever.
            show("a new key", orders, keyed(7, 2, "cart-77"));
            show("the same key and content", orders, keyed(7, 2, "cart-77"));
            show("the same key, other content", orders, keyed(7, 3, "cart-77"));
            show("the same key of another buyer", orders, keyed(8, 2, "cart-77"));

            // A host that has ids of its own gives them instead.
            UUID id = UUID.randomUUID();
            show("a new id", orders, OrderRequest.of(7).line(1, 2).id(id).build());
            show("the same id", orders, OrderRequest.of(7).line(1, 2).id(id).build());

            // Without either only the same object is recognised; a second one is a second order.
            OrderRequest request = OrderRequest.of(7).line(1, 2).build();
            show("no key", orders, request);
            show("no key, the same object", orders, request);
            show("no key, built again", orders, OrderRequest.of(7).line(1, 2).build());
        }
    }

    private static OrderRequest keyed(long buyer, int pieces, String key) {
        return OrderRequest.of(buyer).line(1, pieces).idempotencyKey(key).build();
    }

    private static void show(String what, OrderProcessor orders, OrderRequest request) {
        System.out.println(what + ": " + orders.submit(request).outcome());
    }
}
