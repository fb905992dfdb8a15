package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Reads orders from JSON, one after the other. Strict: a field that is unknown, missing, there twice or of another type
 * is refused by its name; nothing is rounded, converted or ignored. Used by one thread.
 */
final class OrderFields {
    private static final String BUYER = "buyer";
    private static final String LINES = "lines";
    private static final String PAYMENT = "payment";
    private static final String HOLD = "holdFor";
    private static final String HOST_DATA = "hostData";
    private static final String URGENT = "urgent";
    private static final String KEY = "idempotencyKey";
    private static final String PRODUCT = "product";
    private static final String QUANTITY = "quantity";
    private static final String UNIT_PRICE = "unitPrice";

    private static final String HOLD_RULE = "must be a duration such as PT15M";
    private static final Payment[] PAYMENTS = Payment.values();
    private static final String FIELDS = "buyer, holdFor, hostData, lines, payment, urgent";
    private static final String FIELDS_WITH_KEY = "buyer, holdFor, hostData, idempotencyKey, lines, payment, urgent";

    private final JsonParser json;
    private final boolean alone;

    /**
     * Prepares it.
     *
     * @param alone whether the order is the whole body: then a field that is there twice makes the body bad JSON, and
     *     its key is no field of it
     */
    OrderFields(JsonParser json, boolean alone) {
        this.json = json;
        this.alone = alone;
    }

    /** An order as it was read: a request, or why there is none. */
    record Read(Optional<OrderRequest> request, Optional<InvalidOrderException> refusal) {
        /** The request, or the refusal thrown. */
        OrderRequest orThrow() {
            refusal.ifPresent(why -> {
                throw why;
            });
            return request.orElseThrow();
        }
    }

    /**
     * Reads the order that begins at the present token, to its end even if it is refused.
     *
     * @param name what a refusal calls the whole order
     * @param key the key that its caller gave it elsewhere
     * @throws IOException if it is not JSON
     */
    Read read(String name, Optional<String> key) throws IOException {
        JsonStreamContext outside = json.getParsingContext().getParent();
        boolean isObject = json.currentToken() == JsonToken.START_OBJECT;
        try {
            if (!isObject) {
                throw JsonBody.refused(name, json, "must be an object");
            }
            return new Read(Optional.of(order(key)), Optional.empty());
        } catch (InvalidOrderException e) {
            while (isObject && !(json.currentToken() == JsonToken.END_OBJECT && json.getParsingContext() == outside)) {
                json.nextToken();
            }
            return new Read(Optional.empty(), Optional.of(e));
        }
    }

    private OrderRequest order(Optional<String> givenKey) throws IOException {
        Optional<Long> buyer = Optional.empty();
        Optional<List<OrderLine>> lines = Optional.empty();
        Optional<Payment> payment = Optional.empty();
        Optional<Duration> hold = Optional.empty();
        Optional<byte[]> hostData = Optional.empty();
        Optional<Boolean> urgent = Optional.empty();
        Optional<String> key = givenKey;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals(BUYER)) {
                once(field, buyer.isPresent());
                buyer = Optional.of(integer(field));
            } else if (field.equals(LINES)) {
                once(field, lines.isPresent());
                lines = Optional.of(lines());
            } else if (field.equals(PAYMENT)) {
                once(field, payment.isPresent());
                payment = Optional.of(payment());
            } else if (field.equals(HOLD)) {
                once(field, hold.isPresent());
                hold = Optional.of(hold());
            } else if (field.equals(HOST_DATA)) {
                once(field, hostData.isPresent());
                hostData = Optional.of(base64());
            } else if (field.equals(URGENT)) {
                once(field, urgent.isPresent());
                urgent = Optional.of(flag());
            } else if (field.equals(KEY) && !alone) {
                once(field, key.isPresent());
                key = Optional.of(key());
            } else {
                throw unknown(field, alone ? FIELDS : FIELDS_WITH_KEY);
            }
        }
        OrderRequest.Builder request = OrderRequest.of(buyer.orElseThrow(() -> missing(BUYER)));
        lines.orElseThrow(() -> missing(LINES)).forEach(request::line);
        payment.ifPresent(request::payment);
        hold.ifPresent(request::holdFor);
        hostData.ifPresent(request::hostData);
        urgent.ifPresent(request::urgent);
        key.ifPresent(request::idempotencyKey);
        return request.build();
    }

    private List<OrderLine> lines() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw JsonBody.refused(LINES, json, "must be an array");
        }
        List<OrderLine> lines = new ArrayList<>(4);
        int count = 0;
        for (; json.nextToken() != JsonToken.END_ARRAY; count++) {
            if (count < Limits.LINES) {
                lines.add(line(count));
            } else {
                json.skipChildren();
            }
        }
        if (count < 1 || count > Limits.LINES) {
            throw new InvalidOrderException(LINES, count, "must have between 1 and " + Limits.LINES + " entries");
        }
        return lines;
    }

    private OrderLine line(int index) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw JsonBody.refused(path(index), json, "must be an object");
        }
        Optional<Long> product = Optional.empty();
        Optional<Long> quantity = Optional.empty();
        Optional<Long> unitPrice = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals(PRODUCT)) {
                once(index, field, product.isPresent());
                product = Optional.of(integer(index, field));
            } else if (field.equals(QUANTITY)) {
                once(index, field, quantity.isPresent());
                quantity = Optional.of(integer(index, field));
            } else if (field.equals(UNIT_PRICE)) {
                once(index, field, unitPrice.isPresent());
                unitPrice = Optional.of(integer(index, field));
            } else {
                throw unknown(path(index, field), "product, quantity, unitPrice");
            }
        }
        return line(
                index,
                product.orElseThrow(() -> missing(path(index, PRODUCT))),
                quantity.orElseThrow(() -> missing(path(index, QUANTITY))),
                unitPrice);
    }

    private static OrderLine line(int index, long product, long quantity, Optional<Long> unitPrice) {
        if (quantity < 1 || quantity > Limits.QUANTITY) {
            throw new InvalidOrderException(
                    path(index, QUANTITY), quantity, "must be between 1 and " + Limits.QUANTITY);
        }
        try {
            return unitPrice.isPresent()
                    ? OrderLine.of(product, (int) quantity, unitPrice.get())
                    : OrderLine.of(product, (int) quantity);
        } catch (InvalidOrderException e) {
            throw new InvalidOrderException(path(index, e.field()), e.value(), e.rule());
        }
    }

    private long integer(String field) throws IOException {
        return isInteger() ? json.getLongValue() : badInteger(field);
    }

    private long integer(int index, String field) throws IOException {
        // the path is put together only for a refusal
        return isInteger() ? json.getLongValue() : badInteger(path(index, field));
    }

    private boolean isInteger() throws IOException {
        return json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    private long badInteger(String path) throws IOException {
        boolean tooLarge = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
        throw JsonBody.refused(
                path, json, tooLarge ? "must fit 64 bits" : "must be an integer without fraction, exponent or quotes");
    }

    private Payment payment() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            String name = json.getText();
            for (Payment payment : PAYMENTS) {
                if (payment.name().equals(name)) {
                    return payment;
                }
            }
        }
        throw JsonBody.refused(PAYMENT, json, "must be WALLET or EXTERNAL");
    }

    private Duration hold() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            try {
                return Duration.parse(json.getText());
            } catch (DateTimeParseException e) {
                throw JsonBody.refused(HOLD, json, HOLD_RULE);
            }
        }
        throw JsonBody.refused(HOLD, json, HOLD_RULE);
    }

    private byte[] base64() throws IOException {
        String rule = "must be a string in base64";
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            try {
                return Base64.getDecoder().decode(json.getText());
            } catch (IllegalArgumentException e) {
                throw JsonBody.refused(HOST_DATA, json, rule);
            }
        }
        throw JsonBody.refused(HOST_DATA, json, rule);
    }

    private boolean flag() throws IOException {
        if (json.currentToken().isBoolean()) {
            return json.getBooleanValue();
        }
        throw JsonBody.refused(URGENT, json, "must be true or false");
    }

    private String key() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING && IdempotencyKey.isKey(json.getText())) {
            return json.getText();
        }
        throw JsonBody.refused(KEY, json, IdempotencyKey.FIELD_RULE);
    }

    private void once(String field, boolean before) throws IOException {
        if (before) {
            throw twice(field);
        }
    }

    private void once(int index, String field, boolean before) throws IOException {
        if (before) {
            throw twice(path(index, field));
        }
    }

    private InvalidOrderException twice(String path) throws IOException {
        if (alone) {
            throw JsonBody.twice(json);
        }
        return JsonBody.refused(path, json, "must be there once");
    }

    private InvalidOrderException unknown(String path, String known) throws IOException {
        return JsonBody.refused(Shortened.of(path), json, "is unknown; the fields are " + known);
    }

    private static InvalidOrderException missing(String path) {
        return new InvalidOrderException(path, "nothing", "must be given");
    }

    private static String path(int index) {
        return "lines[" + index + "]";
    }

    private static String path(int index, String field) {
        return path(index) + "." + field;
    }
}
