package io.orderflow.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterReason;
import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.samples.Documents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonOrderTest {
    private static final UUID ID = UUID.fromString("0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11");

    /** The smallest one, but for what a test puts into its place. */
    private static final String SMALLEST =
            "{\"orderflow\":1,\"idempotencyKey\":\"k\",\"buyer\":7,\"lines\":[{\"product\":1,\"quantity\":2}]}";

    private int read;
    private int refused;

    private static Frame decode(String json) throws MalformedException {
        return JsonOrder.decode(json.getBytes(UTF_8));
    }

    private static String refusal(String json) {
        MalformedException e = assertThrows(MalformedException.class, () -> decode(json));
        assertEquals(DeadLetterReason.UNDECODABLE, e.reason());
        return e.getMessage();
    }

    private static void assertSame(OrderRequest expected, Frame frame) {
        assertEquals(1, frame.entries().size());
        OrderEntry entry = frame.entries().get(0);
        OrderEntry wanted = OrderEntry.of(expected);
        assertEquals(wanted.id(), entry.id());
        assertEquals(wanted.fingerprint(), entry.fingerprint());
        assertTrue(Arrays.equals(wanted.request(), entry.request()), "the same bytes as of a request");
    }

    @Test
    void theSmallestOrderIsTheOneThatAnybodyWithItsKeySubmits() throws MalformedException {
        Frame frame = decode(SMALLEST);
        assertEquals(Frame.NO_SHOP, frame.shop());
        assertSame(OrderRequest.of(7).line(1, 2).idempotencyKey("k").build(), frame);
    }

    @Test
    void everyField() throws MalformedException {
        byte[] hostData = {0, -1, 127};
        Frame frame = decode("{ \"hostData\" : \"" + Base64.getEncoder().encodeToString(hostData)
                + "\",\n\"holdFor\":\"PT15M\",\"payment\":\"EXTERNAL\",\"urgent\":true,\"lines\":"
                + "[{\"quantity\":2,\"product\":1,\"unitPrice\":250},{\"product\":9223372036854775807,\"quantity\":1000000}],"
                + "\"buyer\":0,\"id\":\"" + ID.toString().toUpperCase(Locale.ROOT)
                + "\",\"shop\":\"00000000-0000-0001-0000-000000000002\",\"orderflow\":1}\n");
        assertEquals(new UUID(1, 2), frame.shop());
        assertSame(
                OrderRequest.of(0)
                        .line(1, 2, 250)
                        .line(Long.MAX_VALUE, Limits.QUANTITY)
                        .payment(Payment.EXTERNAL)
                        .holdFor(Duration.ofMinutes(15))
                        .urgent()
                        .hostData(hostData)
                        .id(ID)
                        .build(),
                frame);
    }

    @Test
    void theLargestOrderFitsWhenEachValueHasALineOfItsOwn() throws MalformedException {
        String key = "\u20ac".repeat(Limits.KEY_LENGTH);
        String line = "        {\n            \"product\": " + Long.MAX_VALUE + ",\n            \"quantity\": 1,\n"
                + "            \"unitPrice\": " + Limits.AMOUNT / Limits.LINES + "\n        }";
        String lines = IntStream.range(0, Limits.LINES).mapToObj(i -> line).collect(Collectors.joining(",\n"));
        String json = "{\n    \"orderflow\": 1,\n    \"idempotencyKey\": \"" + "\\u20ac".repeat(Limits.KEY_LENGTH)
                + "\",\n    \"buyer\": " + Long.MAX_VALUE + ",\n    \"lines\": [\n" + lines + "\n    ],\n"
                + "    \"payment\": \"EXTERNAL\",\n    \"holdFor\": \"P90D\",\n    \"hostData\": \""
                + Base64.getEncoder().encodeToString(new byte[Limits.HOST_DATA]) + "\"\n}";
        OrderEntry entry = decode(json).entries().get(0);
        assertEquals(OrderIds.fromKey(Long.MAX_VALUE, key), entry.id());
        assertTrue(
                json.length() < JsonOrder.MOST_BYTES / 2 + 1_024,
                () -> "room for other ways to write it: " + json.length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // what is replaced in the smallest order | by what | the refusal
                "\"orderflow\":1 | \"orderflow\":2 | orderflow must be 1: 2",
                "\"orderflow\":1, | `` | orderflow must be given: nothing",
                "\"orderflow\":1 | \"orderflow\":\"1\" | orderflow must be an integer of 64 bits, without fraction, exponent or quotes: \"1\"",
                "\"buyer\":7, | `` | buyer must be given: nothing",
                "\"buyer\":7 | \"buyer\":-1 | buyer must be >= 0: -1",
                "\"buyer\":7 | \"buyer\":7.0 | buyer must be an integer of 64 bits, without fraction, exponent or quotes: 7.0",
                "\"buyer\":7 | \"buyer\":7e2 | buyer must be an integer of 64 bits, without fraction, exponent or quotes: 7E+2",
                "\"buyer\":7 | \"buyer\":9223372036854775808 | buyer must be an integer of 64 bits, without fraction, exponent or quotes: 9223372036854775808",
                "\"buyer\":7 | \"buyer\":null | buyer must be an integer of 64 bits, without fraction, exponent or quotes: null",
                "\"buyer\":7 | \"buyer\":true | buyer must be an integer of 64 bits, without fraction, exponent or quotes: true",
                "\"buyer\":7 | \"buyer\":7,\"buyer\":8 | a JSON order must be one JSON object: at character 54: \"buyer\" is there twice",
                "\"buyer\":7 | \"buyer\":7,\"Buyer\":8 | field \"Buyer\" is unknown; the fields are buyer, holdFor, hostData, id, idempotencyKey, lines, orderflow, payment, shop, urgent",
                "\"buyer\":7 | \"buyer\":7,\"card\":\"4111\" | field \"card\" is unknown; the fields are buyer, holdFor, hostData, id, idempotencyKey, lines, orderflow, payment, shop, urgent",
                "\"idempotencyKey\":\"k\", | `` | idempotencyKey or id must be given, and not both: it tells an order that comes twice from two orders: nothing",
                "\"idempotencyKey\":\"k\" | \"idempotencyKey\":\"\" | idempotencyKey must have between 1 and 255 characters: 0 characters",
                "\"idempotencyKey\":\"k\" | \"idempotencyKey\":\"a\\u0000\" | idempotencyKey must have neither unpaired surrogates nor NUL: U+0000 at character 2",
                "\"idempotencyKey\":\"k\" | \"idempotencyKey\":4711 | idempotencyKey must be a text: a number",
                "\"idempotencyKey\":\"k\" | \"id\":\"0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11\",\"idempotencyKey\":\"k\" | idempotencyKey or id must be given, and not both: it tells an order that comes twice from two orders: both",
                "\"idempotencyKey\":\"k\" | \"id\":\"1-2-3-4-5\" | id must be a UUID such as 0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11: \"1-2-3-4-5\"",
                "\"idempotencyKey\":\"k\" | \"id\":\"cart-77\" | id must be a UUID such as 0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11: \"cart-77\"",
                "\"idempotencyKey\":\"k\" | \"id\":7 | id must be a text: 7",
                "\"idempotencyKey\":\"k\" | \"id\":\"0b8f6f5e-6f0e-8b7e-9c2e-0d2f6d1c7a11\" | id must not be of version 8, which stands for an idempotency key, without that key: 0b8f6f5e-6f0e-8b7e-9c2e-0d2f6d1c7a11",
                "\"lines\":[{\"product\":1,\"quantity\":2}] | \"lines\":[] | lines must have between 1 and 100 entries: 0",
                "\"lines\":[{\"product\":1,\"quantity\":2}] | \"lines\":{\"product\":1} | lines must be a list: an object",
                "\"lines\":[{\"product\":1,\"quantity\":2}] | \"lines\":[1] | lines[0] must be an object: 1",
                "\"lines\":[{\"product\":1,\"quantity\":2}] | \"payment\":\"WALLET\" | lines must be given: nothing",
                "\"product\":1, | `` | lines[0].product must be given: nothing",
                "\"product\":1 | \"product\":-5 | lines[0].product must be >= 0: -5",
                "\"product\":1 | \"product\":\"1\" | lines[0].product must be an integer of 64 bits, without fraction, exponent or quotes: \"1\"",
                "\"quantity\":2 | \"quantity\":0 | lines[0].quantity must be between 1 and 1000000: 0",
                "\"quantity\":2 | \"quantity\":4294967297 | lines[0].quantity must be between 1 and 1000000: 4294967297",
                "\"quantity\":2 | \"pieces\":2 | field \"pieces\" of lines[0] is unknown; the fields are product, quantity, unitPrice",
                "\"quantity\":2 | \"quantity\":2,\"unitPrice\":-1 | lines[0].unitPrice must be between 0 and 1000000000000000 minor units: -1",
                "\"quantity\":2 | \"quantity\":2,\"unitPrice\":2.5 | lines[0].unitPrice must be an integer of 64 bits, without fraction, exponent or quotes: 2.5",
                "\"quantity\":2 | \"quantity\":2,\"unitPrice\":1000000000000000 | lines[0].unitPrice must keep the order's total at or below 1000000000000000: 1000000000000000",
                "\"buyer\":7 | \"buyer\":7,\"payment\":\"wallet\" | payment must be WALLET or EXTERNAL: \"wallet\"",
                "\"buyer\":7 | \"buyer\":7,\"payment\":null | payment must be a text: null",
                "\"buyer\":7 | \"buyer\":7,\"urgent\":1 | urgent must be true or false: 1",
                "\"buyer\":7 | \"buyer\":7,\"urgent\":\"true\" | urgent must be true or false: \"true\"",
                "\"buyer\":7 | \"buyer\":7,\"urgent\":null | urgent must be true or false: null",
                "\"buyer\":7 | \"buyer\":7,\"holdFor\":900 | holdFor must be a text: 900",
                "\"buyer\":7 | \"buyer\":7,\"holdFor\":\"15 min\" | holdFor must be a duration such as PT15M: \"15 min\"",
                "\"buyer\":7 | \"buyer\":7,\"holdFor\":\"PT0.5S\" | holdFor must be between PT1S and PT2160H, in whole milliseconds: PT0.5S",
                "\"buyer\":7 | \"buyer\":7,\"hostData\":\"*secret*\" | hostData must be a text in base64, with its padding: 8 characters",
                "\"buyer\":7 | \"buyer\":7,\"hostData\":[1] | hostData must be a text: a list",
                "\"buyer\":7 | \"buyer\":7,\"hostData\":{\"a\":1} | hostData must be a text: an object",
                "\"buyer\":7 | \"buyer\":7,\"hostData\":null | hostData must be a text: null",
                "\"buyer\":7 | \"buyer\":7,\"hostData\":false | hostData must be a text: true or false",
                "\"buyer\":7 | \"buyer\":7,\"hostData\":\"YQ\" | hostData must be a text in base64, with its padding: 2 characters",
                "\"buyer\":7 | \"buyer\":7,\"hostData\":\"YR==\" | hostData must be a text in base64, with its padding: 4 characters",
                "\"buyer\":7 | \"buyer\":7,\"shop\":\"0b8f6f5e-6f0e-4b7e-9c2e0d2f-6d1c7a11\" | shop must be a UUID such as 0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11: \"0b8f6f5e-6f0e-4b7e-9c2e0d2f-6d1c7a11\"",
                "\"buyer\":7 | \"buyer\":7,\"shop\":\"+b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11\" | shop must be a UUID such as 0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11: \"+b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11\"",
                "\"buyer\":7 | \"buyer\":7,\"shop\":\"main\" | shop must be a UUID such as 0b8f6f5e-6f0e-4b7e-9c2e-0d2f6d1c7a11: \"main\"",
                "\"buyer\":7, | \"buyer\":7 | a JSON order must be one JSON object: at character 46: a comma or } must follow a value",
                "\"quantity\":2} | \"quantity\":[[2]]} | a JSON order must be one JSON object: at character 81: more than 3 objects and lists stand inside each other",
            })
    void aRefusalNamesFieldValueAndRule(String part, String by, String why) {
        assertTrue(SMALLEST.contains(part), part);
        assertEquals(why, refusal(SMALLEST.replace(part, by)));
    }

    @Test
    void sizesAndBytesThatAreNoText() {
        assertEquals(
                "a JSON order must have at most 32768 bytes: 32769",
                refusal(SMALLEST + " ".repeat(32_769 - SMALLEST.length())));
        assertEquals("a JSON order must be one JSON object: at character 2: it ends too early", refusal("{"));
        MalformedException latin = assertThrows(
                MalformedException.class,
                () -> JsonOrder.decode(SMALLEST.replace("\"k\"", "\"\u00e9\"").getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals("a JSON order must be UTF-8: " + SMALLEST.length() + " bytes", latin.getMessage());
        String line = "{\"product\":1,\"quantity\":2}";
        assertEquals(
                "lines must have between 1 and 100 entries: 101",
                refusal(SMALLEST.replace(line, line + ("," + line).repeat(100))));
        assertEquals(
                "hostData must be at most 1024 bytes: 1025 bytes",
                refusal(SMALLEST.replace(
                        "\"buyer\":7",
                        "\"buyer\":7,\"hostData\":\"" + Base64.getEncoder().encodeToString(new byte[1_025]) + "\"")));
        assertEquals(
                "idempotencyKey must have between 1 and 255 characters: 256 characters",
                refusal(SMALLEST.replace("\"k\"", "\"" + "k".repeat(256) + "\"")));
    }

    @Test
    void theOrdersInTheDocumentAreRead() throws IOException, MalformedException {
        String document = Files.readString(Documents.root().resolve("docs/celery.md"));
        List<MatchResult> orders = Pattern.compile("<!-- checked: JSON order -->\n```json\n(.*?)\n```", Pattern.DOTALL)
                .matcher(document)
                .results()
                .toList();
        assertEquals(2, orders.size());
        for (MatchResult order : orders) {
            assertEquals(7, decode(order.group(1)).entries().get(0).buyer());
        }
    }

    @Test
    void noFrameBeginsLikeAnOrderInJson() throws MalformedException {
        assertTrue(JsonOrder.isOne(SMALLEST.getBytes(UTF_8)));
        assertFalse(JsonOrder.isOne(new byte[0]));
        assertFalse(JsonOrder.isOne((" " + SMALLEST).getBytes(UTF_8)), "one way to begin");
        byte[] frame = FrameCodec.encode(Frame.NO_SHOP, decode(SMALLEST).entries());
        assertFalse(JsonOrder.isOne(frame));
        assertFalse(JsonOrder.isOne(FrameKeys.NONE.writing(new byte[32]).toMessage(frame)));
    }

    @Test
    void whateverTheBytesAreThereAreTwoOutcomes() {
        byte[] whole = SMALLEST.getBytes(UTF_8);
        Seeds.forEach(30_000, random -> {
            byte[] bytes = FrameCodecFuzzTest.damaged(random, whole);
            try {
                Frame frame = JsonOrder.decode(bytes);
                read++;
                // the order is sound: it goes through the codec of frames unchanged
                byte[] again = FrameCodec.encode(frame.shop(), frame.entries());
                assertEquals(
                        frame.entries().get(0).fingerprint(),
                        FrameCodec.decode(again).entries().get(0).fingerprint());
            } catch (MalformedException e) {
                refused++;
                assertTrue(e.getMessage().length() < 300, e::getMessage);
            }
        });
        assertTrue(read > 50 && refused > 10_000, () -> read + " read, " + refused + " refused");
    }

    @Test
    void eachRandomOrderComesBackAsItIs() {
        Seeds.forEach(3_000, random -> {
            OrderRequest request = RandomOrders.request(random);
            assertSame(request, decode(json(request)));
        });
    }

    private static String json(OrderRequest request) {
        String lines = request.lines().stream().map(JsonOrderTest::json).collect(Collectors.joining(","));
        return "{\"orderflow\":1,\"id\":\"" + request.id() + "\",\"buyer\":" + request.buyer() + ",\"lines\":[" + lines
                + "],\"payment\":\"" + request.payment() + "\""
                + request.holdFor().map(hold -> ",\"holdFor\":\"" + hold + "\"").orElse("")
                + (request.urgent() ? ",\"urgent\":true" : "")
                + Optional.of(request.hostData())
                        .filter(bytes -> bytes.length > 0)
                        .map(bytes -> ",\"hostData\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"")
                        .orElse("")
                + "}";
    }

    private static String json(OrderLine line) {
        return "{\"product\":" + line.product() + ",\"quantity\":" + line.quantity()
                + (line.unitPrice().isPresent()
                        ? ",\"unitPrice\":" + line.unitPrice().getAsLong()
                        : "") + "}";
    }
}
