package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The body of {@code POST /orders/{id}/refund}: what is given back, and whether the pieces go back to the stock.
 * Strict: a field that is unknown, there twice or of another type is refused by its name. Used by one thread.
 */
final class RefundBody {
    private static final String LINES = "lines";
    private static final String RESTOCK = "restock";
    private static final String LINE = "line";
    private static final String QUANTITY = "quantity";

    private final JsonParser json;

    private RefundBody(JsonParser json) {
        this.json = json;
    }

    /**
     * Reads the request; without lines it is for all that is left.
     *
     * @throws InvalidOrderException with field, value and rule, whatever is wrong
     */
    static RefundRequest read(byte[] body, UUID order, String reference) {
        return JsonBody.read(body, json -> new RefundBody(json).request(order, reference));
    }

    private RefundRequest request(UUID order, String reference) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw JsonBody.refused(JsonBody.WHOLE, json, "must be an object");
        }
        List<RefundLine> lines = List.of();
        boolean restock = true;
        Map<String, Boolean> seen = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (seen.put(field, true) != null) {
                throw JsonBody.twice(json);
            }
            switch (field) {
                case LINES -> lines = lines();
                case RESTOCK -> restock = bool();
                default -> throw new InvalidOrderException(Shortened.of(field), "a field", "must be lines or restock");
            }
        }
        return new RefundRequest(order, reference, lines, restock);
    }

    private boolean bool() throws IOException {
        if (!json.currentToken().isBoolean()) {
            throw JsonBody.refused(RESTOCK, json, "must be true or false");
        }
        return json.getBooleanValue();
    }

    private List<RefundLine> lines() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw JsonBody.refused(LINES, json, "must be an array");
        }
        List<RefundLine> lines = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (lines.size() == Limits.LINES) {
                throw new InvalidOrderException(
                        LINES,
                        "more",
                        "must have between 1 and " + Limits.LINES + " entries; leave it out for all" + " that is left");
            }
            lines.add(line(LINES + "[" + lines.size() + "]"));
        }
        if (lines.isEmpty()) {
            throw new InvalidOrderException(
                    LINES,
                    0,
                    "must have between 1 and " + Limits.LINES + " entries; leave it out for all that is left");
        }
        return lines;
    }

    private RefundLine line(String path) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw JsonBody.refused(path, json, "must be an object");
        }
        Map<String, Integer> values = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (!field.equals(LINE) && !field.equals(QUANTITY)) {
                throw new InvalidOrderException(
                        path + "." + Shortened.of(field), "a field", "must be " + LINE + " or " + QUANTITY);
            }
            if (values.put(field, integer(path + "." + field)) != null) {
                throw JsonBody.twice(json);
            }
        }
        try {
            return new RefundLine(required(values, path, LINE), required(values, path, QUANTITY));
        } catch (InvalidOrderException e) {
            throw e.field().startsWith(path)
                    ? e
                    : new InvalidOrderException(path + "." + e.field(), e.value(), e.rule());
        }
    }

    private int integer(String path) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getNumberType() != JsonParser.NumberType.INT) {
            throw JsonBody.refused(path, json, "must be an integer of at most 32 bits");
        }
        return json.getIntValue();
    }

    private static int required(Map<String, Integer> values, String path, String field) {
        Integer value = values.get(field);
        if (value == null) {
            throw new InvalidOrderException(path + "." + field, "nothing", "must be there");
        }
        return value;
    }
}
