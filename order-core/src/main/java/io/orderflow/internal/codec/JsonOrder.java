package io.orderflow.internal.codec;

import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.internal.json.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An order as programs write it that have no part of this library: a message that is one JSON object in UTF-8. It is
 * only read, never written. Thread-safe; all static.
 *
 * <p>Its first byte is <code>{</code>, with which no frame begins. It has at most {@link #MOST_BYTES} and these fields,
 * each with the bounds of {@link OrderRequest}; {@code docs/celery.md} is for those who write it.
 *
 * <pre>
 * orderflow        version of this format, 1
 * idempotencyKey   text   } one of the two: what comes a second time must
 * id               UUID   } be known by something that it brought itself
 * buyer            integer
 * lines            list of objects with product, quantity and, if the buyer saw one, unitPrice: integers
 * payment          WALLET or EXTERNAL; WALLET if absent
 * holdFor          duration such as PT15M; no hold if absent
 * hostData         text in base64; none if absent
 * urgent           true or false; false if absent. It comes in its turn all the same: the queue alone has it
 * shop             UUID of the shop that is meant; any if absent
 * </pre>
 *
 * <p>The order is the same as the one that {@link OrderRequest} makes of these values, so one that is submitted and one
 * that comes as a message meet under one key.
 */
final class JsonOrder {
    /** The largest order takes 15 KiB when each of its values has a line of its own. */
    static final int MOST_BYTES = 32 * 1_024;

    private static final byte FIRST = '{';
    private static final long VERSION = 1;
    /** The object, its lines, and one of them. */
    private static final int DEEPEST = 3;

    private static final String ID = "id";
    private static final String KEY = "idempotencyKey";
    private static final String BUYER = "buyer";
    private static final String LINES = "lines";
    private static final String PRODUCT = "product";
    private static final String QUANTITY = "quantity";
    private static final String UNIT_PRICE = "unitPrice";
    private static final String PAYMENT = "payment";
    private static final String HOLD = "holdFor";
    private static final String HOST_DATA = "hostData";
    private static final String URGENT = "urgent";
    private static final String SHOP = "shop";
    private static final String FORMAT = "orderflow";
    private static final Set<String> FIELDS =
            Set.of(FORMAT, ID, KEY, BUYER, LINES, PAYMENT, HOLD, HOST_DATA, URGENT, SHOP);
    private static final Set<String> LINE_FIELDS = Set.of(PRODUCT, QUANTITY, UNIT_PRICE);

    private JsonOrder() {}

    /** Whether the message is to be read as JSON; no frame begins so. */
    static boolean isOne(byte[] message) {
        return message.length > 0 && message[0] == FIRST;
    }

    /**
     * Reads an order. Whatever the bytes are, there are two outcomes.
     *
     * @throws MalformedException if the bytes are no such object, or a value breaks its rule; names field, value and
     *     rule, of the key and the host's data only the length, of the rest no more than a short text
     */
    static Frame decode(byte[] message) throws MalformedException {
        if (message.length > MOST_BYTES) {
            throw new MalformedException("a JSON order must have at most " + MOST_BYTES + " bytes: " + message.length);
        }
        JsonFields order = JsonFields.of("", tree(message));
        long version = order.integer(FORMAT);
        if (version != VERSION) {
            // before the fields: those of another version are others
            throw order.refused(FORMAT, String.valueOf(version), "must be " + VERSION);
        }
        order.requireOnly(FIELDS);
        UUID shop = uuid(order, SHOP).orElse(Frame.NO_SHOP);
        try {
            return new Frame(shop, List.of(OrderEntry.of(request(order))));
        } catch (InvalidOrderException e) {
            throw new MalformedException(e.getMessage());
        }
    }

    private static Object tree(byte[] message) throws MalformedException {
        try {
            // a decoder that refuses: others put a replacement where bytes are none of UTF-8
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message))
                    .toString();
            return JsonText.read(text, DEEPEST);
        } catch (CharacterCodingException e) {
            throw new MalformedException("a JSON order must be UTF-8: " + message.length + " bytes");
        } catch (IllegalArgumentException e) {
            throw new MalformedException("a JSON order must be one JSON object: " + e.getMessage());
        }
    }

    private static OrderRequest request(JsonFields order) throws MalformedException {
        OrderRequest.Builder request = OrderRequest.of(order.integer(BUYER));
        List<?> lines = order.list(LINES);
        if (lines.size() > Limits.LINES) {
            throw order.refused(
                    LINES, String.valueOf(lines.size()), "must have between 1 and " + Limits.LINES + " entries");
        }
        for (int i = 0; i < lines.size(); i++) {
            request.line(line(LINES + "[" + i + "]", lines.get(i)));
        }
        name(order, request);
        payment(order).ifPresent(request::payment);
        hold(order).ifPresent(request::holdFor);
        hostData(order).ifPresent(request::hostData);
        order.flag(URGENT).ifPresent(request::urgent);
        return request.build();
    }

    private static OrderLine line(String path, Object value) throws MalformedException {
        JsonFields line = JsonFields.of(path, value);
        line.requireOnly(LINE_FIELDS);
        long product = line.integer(PRODUCT);
        long quantity = line.integer(QUANTITY);
        Optional<Long> unitPrice = line.optionalInteger(UNIT_PRICE);
        if (quantity < 1 || quantity > Limits.QUANTITY) {
            // before it is cut to 32 bits
            throw line.refused(QUANTITY, String.valueOf(quantity), "must be between 1 and " + Limits.QUANTITY);
        }
        try {
            return unitPrice.isPresent()
                    ? OrderLine.of(product, (int) quantity, unitPrice.get())
                    : OrderLine.of(product, (int) quantity);
        } catch (InvalidOrderException e) {
            throw line.refused(e.field(), e.value(), e.rule());
        }
    }

    /** Without a name of its own, an order that is delivered or produced twice would be two. */
    private static void name(JsonFields order, OrderRequest.Builder request) throws MalformedException {
        Optional<UUID> id = uuid(order, ID);
        Optional<String> key = order.secret(KEY);
        if (id.isPresent() == key.isPresent()) {
            throw order.refused(
                    KEY,
                    id.isPresent() ? "both" : "nothing",
                    "or " + ID + " must be given, and not both: it tells an order that comes twice from two orders");
        }
        id.ifPresent(request::id);
        key.ifPresent(request::idempotencyKey);
    }

    private static Optional<UUID> uuid(JsonFields order, String name) throws MalformedException {
        Optional<String> text = order.text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<UUID> uuid = OrderIds.read(text.get());
        if (uuid.isEmpty()) {
            throw order.refused(
                    name, JsonText.shown(text.get()), "must be a UUID such as 0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11");
        }
        return uuid;
    }

    private static Optional<Payment> payment(JsonFields order) throws MalformedException {
        Optional<String> text = order.text(PAYMENT);
        for (Payment payment : Payment.values()) {
            if (text.isPresent() && payment.name().equals(text.get())) {
                return Optional.of(payment);
            }
        }
        if (text.isPresent()) {
            throw order.refused(PAYMENT, JsonText.shown(text.get()), "must be WALLET or EXTERNAL");
        }
        return Optional.empty();
    }

    private static Optional<Duration> hold(JsonFields order) throws MalformedException {
        Optional<String> text = order.text(HOLD);
        try {
            return text.map(Duration::parse);
        } catch (DateTimeParseException e) {
            throw order.refused(HOLD, JsonText.shown(text.orElseThrow()), "must be a duration such as PT15M");
        }
    }

    private static Optional<byte[]> hostData(JsonFields order) throws MalformedException {
        Optional<String> text = order.secret(HOST_DATA);
        try {
            Optional<byte[]> bytes = text.map(Base64.getDecoder()::decode);
            // the decoder forgives missing padding and bits that are left over
            if (bytes.map(Base64.getEncoder()::encodeToString).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // refused below, like what the decoder forgives
        }
        throw order.refused(
                HOST_DATA, text.orElseThrow().length() + " characters", "must be a text in base64, with its padding");
    }
}
