package io.orderflow.examples.loadtest;

import io.orderflow.OrderRequest;
import java.util.Random;

/**
 * An order of one line as the bare programs write it.
 *
 * @param id the order's id as 32 hex digits
 * @param buyer who buys, from 0
 * @param product what is bought, from 0
 * @param price what one piece costs
 */
record BareOrder(String id, long buyer, long product, long price) {
    /** Draws an order, under an id as the library makes them: their order in time is what the clustered index sees. */
    static BareOrder draw(Random random, int buyers, int products) {
        long buyer = random.nextInt(buyers);
        long product = random.nextInt(products);
        OrderRequest request = OrderRequest.of(buyer).line(product, 1).build();
        return new BareOrder(request.id().toString().replace("-", ""), buyer, product, LoadData.price(product));
    }
}
