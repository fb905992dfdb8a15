package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.orderflow.InvalidOrderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The body of {@code POST /orders/batch}: an object with the orders, each of which may be bad for itself. */
final class BatchBody {
    /** Most orders of one batch. */
    static final int ORDERS = 500;

    private static final String FIELD = "orders";
    private static final String ONE = "order";

    private BatchBody() {}

    /**
     * Reads the orders, in their order.
     *
     * @throws InvalidOrderException if the body is not an object with 1 to {@value #ORDERS} orders
     */
    static List<OrderFields.Read> read(byte[] body) {
        return JsonBody.read(body, BatchBody::batch);
    }

    private static List<OrderFields.Read> batch(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw JsonBody.refused(JsonBody.WHOLE, json, "must be an object");
        }
        Optional<List<OrderFields.Read>> orders = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (!field.equals(FIELD)) {
                throw JsonBody.refused(Shortened.of(field), json, "is unknown; the field is " + FIELD);
            }
            if (orders.isPresent()) {
                throw JsonBody.twice(json);
            }
            orders = Optional.of(orders(json));
        }
        return orders.orElseThrow(() -> new InvalidOrderException(FIELD, "nothing", "must be given"));
    }

    private static List<OrderFields.Read> orders(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw JsonBody.refused(FIELD, json, "must be an array");
        }
        OrderFields reader = new OrderFields(json, false);
        List<OrderFields.Read> orders = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (orders.size() == ORDERS) {
                throw entries("more than " + ORDERS);
            }
            orders.add(reader.read(ONE, Optional.empty()));
        }
        if (orders.isEmpty()) {
            throw entries("0");
        }
        return orders;
    }

    private static InvalidOrderException entries(String count) {
        return new InvalidOrderException(FIELD, count, "must have between 1 and " + ORDERS + " entries");
    }
}
