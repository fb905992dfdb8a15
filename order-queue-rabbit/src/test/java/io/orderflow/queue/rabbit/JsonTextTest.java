package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    @Test
    void readsWhatThePluginAnswers() {
        assertEquals(
                Map.of(
                        "name",
                        "a\"\\/\n\u00e9",
                        "members",
                        List.of("rabbit@a", "rabbit@b"),
                        "none",
                        List.of(),
                        "policy",
                        "",
                        "limit",
                        -12.5e3,
                        "alarm",
                        true,
                        "inner",
                        Map.of("x", false)),
                JsonText.read(" {\"name\" : \"a\\\"\\\\\\/\\n\\u00e9\", \"members\":[ \"rabbit@a\" ,\"rabbit@b\"],"
                        + "\"none\":[ ],\"policy\":null,\"limit\":-12.5e3,\"alarm\":true,\"inner\":{\"x\":false}}\n"));
    }

    @Test
    void readsEachEscape() {
        assertEquals("\b\f\n\r\t/", JsonText.read("\"\\b\\f\\n\\r\\t\\/\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1", "[1 2]", "{\"a\"}", "{\"a\":}", "\"a", "\"\\u12", "<html>", "1 2", "{1:2}"})
    void refusesWhatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> JsonText.read(text));
    }

    @Test
    void refusesWhatIsTooDeep() {
        assertThrows(IllegalArgumentException.class, () -> JsonText.read("[".repeat(100_000)));
    }
}
