package io.orderflow.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    private static final int DEEPEST = 50;

    private static Object read(String text) {
        return JsonText.read(text, DEEPEST);
    }

    @Test
    void readsEachKindOfValue() {
        Object value = read(
                " {\"name\" : \"a\\\"\\\\\\/\\n\\u00e9\", \"members\":[ \"rabbit@a\" ,\"rabbit@b\"],"
                        + "\"none\":[ ],\"policy\":null,\"limit\":-12.5e3,\"alarm\":true,\"inner\":{\"x\":false},\"\":0}\r\n\t");
        assertEquals(
                Map.of(
                        "name",
                        "a\"\\/\n\u00e9",
                        "members",
                        List.of("rabbit@a", "rabbit@b"),
                        "none",
                        List.of(),
                        "policy",
                        JsonText.NULL,
                        "limit",
                        new BigDecimal("-12.5e3"),
                        "alarm",
                        true,
                        "inner",
                        Map.of("x", false),
                        "",
                        0L),
                value);
        assertSame(JsonText.NULL, read("null"));
    }

    @Test
    void readsEachEscape() {
        assertEquals("\b\f\n\r\t/\"\\", read("\"\\b\\f\\n\\r\\t\\/\\\"\\\\\""));
        assertEquals("\u0000\uabcd\uABCD", read("\"\\u0000\\uabcd\\uABCD\""));
        assertEquals("a\ud83d\ude00b\ud83d\ude00", read("\"a\\ud83d\\uDE00b\ud83d\ude00\""));
    }

    @Test
    void anIntegerOf64BitsIsALongAndNothingElseIs() {
        assertEquals(List.of(0L, 0L, 7L, -7L), read("[0,-0,7,-7]"));
        assertEquals(List.of(Long.MAX_VALUE, Long.MIN_VALUE), read("[9223372036854775807,-9223372036854775808]"));
        for (String other : List.of("9223372036854775808", "-9223372036854775809", "1.0", "1e0", "1E+2", "0.1")) {
            assertEquals(new BigDecimal(other), read(other));
        }
        assertEquals(new BigDecimal("1e2147483647"), read("1e2147483647"), "read, and not written out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "\"a",
                "\"\\u12",
                "<html>",
                "1 2",
                "{1:2}",
                "[1,]",
                "[,1]",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1}}",
                "[]]",
                "'a'",
                "{a:1}",
                "\"\\x\"",
                "\"\\u00g0\"",
                "\"\\",
                "tru",
                "truex",
                "nul",
                "True",
                "NaN",
                "Infinity",
                "-",
                "-x",
                "+1",
                "01",
                "-01",
                "1.",
                ".5",
                "1e",
                "1e+",
                "0x1",
                "1_000",
                "\"a\tb\"",
                "\"a\nb\"",
                "\"a\u0000b\"",
                "// a\n1",
                "\u00a01",
                "\ufeff1",
                "\u0661",
                "\"\\u\u0661\u0661\u0661\u0661\"",
                "1e2147483648",
                "1e99999999999999999999",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800x\"",
                "\"\\udc00\\ud800\"",
                "\"\ud800\"",
                "\"\\ud800\\ud800\""
            })
    void refusesWhatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> read(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":2,\"a\":3} | at character 17: \"a\" is there twice",
                "{\"a\":1,\"\\u0061\":3} | at character 16: \"a\" is there twice",
                "[1] x | at character 5: something stands behind the end",
                "[1 | at character 3: it ends too early",
                "[1;2] | at character 3: a comma or ] must follow a value",
                "{\"a\" 1} | at character 6: a colon must follow a name",
                "{a} | at character 2: a text in double quotes must stand here",
                "[01] | at character 4: a number must not begin with 0",
                "[yes] | at character 2: no JSON value begins so",
                "1e999999999999 | at character 15: the exponent of a number is too large",
            })
    void saysWhereAndWhy(String text, String why) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> read(text));
        assertEquals(why, e.getMessage());
    }

    @Test
    void refusesWhatIsTooDeepOrTooLong() {
        assertThrows(IllegalArgumentException.class, () -> read("[".repeat(100_000)));
        assertEquals(List.of(Map.of("a", List.of())), JsonText.read("[{\"a\":[]}]", 3));
        IllegalArgumentException deep =
                assertThrows(IllegalArgumentException.class, () -> JsonText.read("[{\"a\":[]}]", 2));
        assertEquals("at character 8: more than 2 objects and lists stand inside each other", deep.getMessage());
        assertEquals(
                List.of(List.of(), List.of(), Map.of(), 1L), JsonText.read("[[],[],{},1]", 2), "beside each other");
        assertEquals(new BigDecimal("1".repeat(42)), read("1".repeat(42)));
        assertThrows(IllegalArgumentException.class, () -> read("1".repeat(43)));
    }

    @Test
    void namesKeepTheirOrder() {
        assertEquals(
                "[z, a, m]",
                ((Map<?, ?>) read("{\"z\":1,\"a\":2,\"m\":3}")).keySet().toString());
    }

    @Test
    void showsAValueShortAndInOneLine() {
        assertEquals("\"WALLET\"", JsonText.shown("WALLET"));
        assertEquals("\"a\\u000ab\\u0022\\u005c\\u202e\"", JsonText.shown("a\nb\"\\\u202e"));
        String cut = JsonText.shown("x".repeat(39) + "\ud83d\ude00");
        assertEquals("\"" + "x".repeat(39) + "\\ud83d\"... (41 characters)", cut);
        assertEquals("1E+2147483647", JsonText.shown(read("1e2147483647")));
        assertEquals("an object", JsonText.shown(new TreeMap<>(Map.of("secret", 1))));
        assertEquals("a list", JsonText.shown(List.of("secret")));
        assertEquals("null", JsonText.shown(JsonText.NULL));
        assertTrue(JsonText.shown("x".repeat(100_000)).length() < 100);
        assertFalse(JsonText.shown("\u007f").contains("\u007f"));
    }
}
