package io.orderflow.examples.serve;

import io.orderflow.InvalidOrderException;
import io.orderflow.OrderRequest;
import java.util.Optional;

/** The body of {@code POST /orders}: one order, and nothing else. */
final class OrderBody {
    private OrderBody() {}

    /**
     * Reads the request.
     *
     * @throws InvalidOrderException with field, value and rule, whatever is wrong
     */
    static OrderRequest read(byte[] body, Optional<String> idempotencyKey) {
        // what is wrong with the JSON behind a bad value is told first
        return JsonBody.read(body, json -> new OrderFields(json, true).read(JsonBody.WHOLE, idempotencyKey))
                .orThrow();
    }
}
