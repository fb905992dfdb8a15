package shop;

import io.orderflow.OrderRequest;

/** Builds one order with the installed library and prints it. */
public final class Host {

    private Host() {}

    public static void main(String[] args) {
        System.out.println(OrderRequest.of(1).line(2, 3).idempotencyKey("cart-77").build());
    }
}
