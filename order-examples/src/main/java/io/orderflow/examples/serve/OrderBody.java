package io.orderflow.examples.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * The body of {@code POST /orders}. Strict: a field that is unknown, missing, there twice or of another type is refused
 * by its name; nothing is rounded, converted or ignored. Every refusal is an {@link InvalidOrderException} with field,
 * value and rule.
 */
final class OrderBody {
    private static final Set<String> ORDER_FIELDS = Set.of("buyer", "lines", "hostData");
    private static final Set<String> LINE_FIELDS = Set.of("product", "quantity", "unitPrice");
    private static final String WHOLE = "body";

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxNumberLength(40)
                            .maxNameLength(1_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private OrderBody() {}

    /** Reads a request; the bytes are a few kilobytes at most. */
    static OrderRequest read(byte[] body, Optional<String> idempotencyKey) {
        JsonNode order = object(WHOLE, "", parse(utf8(body)), ORDER_FIELDS);
        OrderRequest.Builder request = OrderRequest.of(integer("buyer", required("buyer", order, "buyer")));
        JsonNode lines = required("lines", order, "lines");
        if (!lines.isArray()) {
            throw refused("lines", lines, "must be an array");
        }
        if (lines.isEmpty() || lines.size() > Limits.LINES) {
            throw new InvalidOrderException(
                    "lines", lines.size(), "must have between 1 and " + Limits.LINES + " entries");
        }
        for (int i = 0; i < lines.size(); i++) {
            request.line(line("lines[" + i + "]", lines.get(i)));
        }
        if (order.has("hostData")) {
            request.hostData(base64(order.get("hostData")));
        }
        idempotencyKey.ifPresent(request::idempotencyKey);
        return request.build();
    }

    private static String utf8(byte[] body) {
        try {
            // decoded here, since a JSON parser would take bytes for UTF-16 or UTF-32 where they look so
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidOrderException(WHOLE, body.length + " bytes", "must be UTF-8");
        }
    }

    private static JsonNode parse(String text) {
        try {
            JsonNode tree = JSON.readTree(text);
            if (tree.isMissingNode()) {
                throw new InvalidOrderException(WHOLE, "nothing", "must be a JSON object");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new InvalidOrderException(WHOLE, Shortened.of(text), "must be one JSON object: " + where(e));
        }
    }

    /** What is wrong and where; the parser's own words are for the programmer who configured it. */
    private static String where(JsonProcessingException e) {
        String what = "it is not JSON, or names a field twice";
        if (e instanceof JsonEOFException) {
            what = "it ends too early";
        } else if (e instanceof MismatchedInputException) {
            what = "something stands behind it";
        } else if (e instanceof StreamConstraintsException) {
            what = "it is nested too deeply, or a name or number in it is too long";
        }
        JsonLocation at = e.getLocation();
        return at == null ? what : what + ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    private static OrderLine line(String path, JsonNode node) {
        object(path, path + ".", node, LINE_FIELDS);
        long product = integer(path + ".product", required(path + ".product", node, "product"));
        long quantity = integer(path + ".quantity", required(path + ".quantity", node, "quantity"));
        if (quantity < 1 || quantity > Limits.QUANTITY) {
            throw new InvalidOrderException(path + ".quantity", quantity, "must be between 1 and " + Limits.QUANTITY);
        }
        try {
            return node.has("unitPrice")
                    ? OrderLine.of(product, (int) quantity, integer(path + ".unitPrice", node.get("unitPrice")))
                    : OrderLine.of(product, (int) quantity);
        } catch (InvalidOrderException e) {
            throw e.field().startsWith(path)
                    ? e
                    : new InvalidOrderException(path + "." + e.field(), e.value(), e.rule());
        }
    }

    private static JsonNode object(String name, String prefix, JsonNode node, Set<String> known) {
        if (!node.isObject()) {
            throw refused(name, node, "must be an object");
        }
        for (Iterator<String> fields = node.fieldNames(); fields.hasNext(); ) {
            String field = fields.next();
            if (!known.contains(field)) {
                throw refused(
                        Shortened.of(prefix + field), node.get(field), "is unknown; the fields are " + sorted(known));
            }
        }
        return node;
    }

    private static JsonNode required(String path, JsonNode parent, String field) {
        if (!parent.has(field)) {
            throw new InvalidOrderException(path, "nothing", "must be given");
        }
        return parent.get(field);
    }

    private static long integer(String path, JsonNode node) {
        if (!node.isIntegralNumber()) {
            throw refused(path, node, "must be an integer without fraction, exponent or quotes");
        }
        if (!node.canConvertToLong()) {
            throw refused(path, node, "must fit 64 bits");
        }
        return node.longValue();
    }

    private static byte[] base64(JsonNode node) {
        if (!node.isTextual()) {
            throw refused("hostData", node, "must be a string in base64");
        }
        try {
            return Base64.getDecoder().decode(node.textValue());
        } catch (IllegalArgumentException e) {
            throw refused("hostData", node, "must be a string in base64");
        }
    }

    private static InvalidOrderException refused(String field, JsonNode value, String rule) {
        return new InvalidOrderException(field, Shortened.of(value.toString()), rule);
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }
}
