package io.orderflow.examples.producers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.orderflow.internal.json.JsonText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The library's own reader of JSON and Jackson's")
class JsonReadersTest {
    private static final int TEXTS = 100_000;
    private static final int DEEPEST = 8;

    /** What a text is made of, and what it may be spoiled with. */
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        " ",
        "\n",
        "0",
        "1",
        "-",
        ".",
        "e",
        "E",
        "+",
        "9",
        "true",
        "null",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\u00e9",
        "\t",
        "\u0001",
        "\"a\"",
        "\"b\":1",
        "tru",
        "\ud83d\ude00",
        "\\n",
        "/"
    };

    private static final JsonMapper JACKSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private int read;
    private int refused;

    @Test
    @DisplayName("take the same texts, and find the same in them")
    void agree() {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + TEXTS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String text = spoiled(random, value(random, 0));
            Optional<Object> own = own(text);
            assertEquals(jackson(text), own, "-Dseed=" + seed + ": " + text);
            read += own.isPresent() ? 1 : 0;
            refused += own.isPresent() ? 0 : 1;
        }
        assertTrue(read > TEXTS / 5 && refused > TEXTS / 5, () -> read + " read, " + refused + " refused");
    }

    private static Optional<Object> own(String text) {
        try {
            return Optional.of(JsonText.read(text, DEEPEST));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Object> jackson(String text) {
        try {
            JsonNode tree = JACKSON.readTree(text);
            return tree.isMissingNode() ? Optional.empty() : Optional.of(plain(tree));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // the latter for an exponent that is too large, and for half of a pair
            return Optional.empty();
        }
    }

    private static Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(field -> map.put(whole(field.getKey()), plain(field.getValue())));
            return map;
        } else if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(entry -> list.add(plain(entry)));
            return list;
        } else if (node.isTextual()) {
            return whole(node.textValue());
        } else if (node.isBoolean()) {
            return node.booleanValue();
        } else if (node.isNull()) {
            return JsonText.NULL;
        }
        return node.canConvertToLong() && node.isIntegralNumber()
                ? (Object) node.longValue()
                : node.isIntegralNumber() ? new BigDecimal(node.bigIntegerValue()) : node.decimalValue();
    }

    /** Jackson takes half of a surrogate pair; the library does not. */
    private static String whole(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth < 4 ? 8 : 6)) {
            case 0 -> String.valueOf(random.nextLong() >> random.nextInt(64));
            case 1 -> random.nextInt(1000) + "." + random.nextInt(1000) + (random.nextBoolean() ? "e-3" : "");
            case 2 -> random.nextBoolean() ? "true" : "false";
            case 3 -> "null";
            case 4, 5 -> "\"" + (random.nextBoolean() ? "plain" : "\\u00e9\\\\\\\"\\/ \u00e9") + "\"";
            case 6 -> list(random, depth);
            default -> object(random, depth);
        };
    }

    private static String list(SplittableRandom random, int depth) {
        List<String> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            entries.add(space(random) + value(random, depth + 1) + space(random));
        }
        return "[" + String.join(",", entries) + "]";
    }

    private static String object(SplittableRandom random, int depth) {
        List<String> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            // at times the same name twice
            String name = "\"n" + random.nextInt(12) + "\"";
            entries.add(space(random) + name + space(random) + ":" + value(random, depth + 1));
        }
        return "{" + String.join(",", entries) + "}";
    }

    private static String space(SplittableRandom random) {
        return random.nextInt(4) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
    }

    /** As it is, or with a piece put in, taken out or doubled. */
    private static String spoiled(SplittableRandom random, String text) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(3));
        return switch (random.nextInt(4)) {
            case 0 -> text;
            case 1 -> text.substring(0, at) + text.substring(end);
            case 2 -> text.substring(0, end) + text.substring(at);
            default -> text.substring(0, at) + PIECES[random.nextInt(PIECES.length)] + text.substring(at);
        };
    }
}
