package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.orderflow.InvalidOrderException;
import io.orderflow.OrderRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The body of {@code POST /orders/{id}/cancel}: the order as it was posted, for one that the database may not know. Its
 * key is a field of it, as in a batch: the header names the cancellation. Strict as a posted order is.
 */
final class CancelBody {
    static final String ORDER = "order";

    private CancelBody() {}

    /**
     * Reads the order, if there is one.
     *
     * @throws InvalidOrderException with field, value and rule, whatever is wrong
     */
    static Optional<OrderRequest> read(byte[] body) {
        return JsonBody.read(body, CancelBody::request);
    }

    private static Optional<OrderRequest> request(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw JsonBody.refused(JsonBody.WHOLE, json, "must be an object");
        }
        Optional<OrderFields.Read> order = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (!field.equals(ORDER)) {
                throw JsonBody.refused(Shortened.of(field), json, "is unknown; the field is " + ORDER);
            }
            if (order.isPresent()) {
                throw JsonBody.twice(json);
            }
            order = Optional.of(new OrderFields(json, false).read(ORDER, Optional.empty()));
        }
        return order.map(CancelBody::orThrow);
    }

    private static OrderRequest orThrow(OrderFields.Read read) {
        try {
            return read.orThrow();
        } catch (InvalidOrderException e) {
            throw e.field().equals(ORDER) ? e : new InvalidOrderException(ORDER + "." + e.field(), e.value(), e.rule());
        }
    }

    /**
     * The request that was posted as that order.
     *
     * @return empty if it cannot be: its key leads to another id, or it has none and the id stands for one
     */
    static Optional<OrderRequest> as(UUID id, OrderRequest order) {
        if (order.idempotencyKey().isPresent()) {
            return Optional.of(order).filter(request -> request.id().equals(id));
        }
        try {
            return Optional.of(new OrderRequest(
                    id,
                    order.buyer(),
                    order.lines(),
                    order.payment(),
                    order.holdFor(),
                    order.urgent(),
                    Optional.empty(),
                    order.hostData()));
        } catch (InvalidOrderException e) {
            // all but the id was looked at before
            return Optional.empty();
        }
    }
}
