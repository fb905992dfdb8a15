package io.orderflow.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An object of JSON")
class PageFieldsTest {
    @Test
    @DisplayName("has what was put into it, and nothing for what is not known")
    void whole() {
        PageFields fields = new PageFields()
                .put("text", "a")
                .put("count", 3)
                .put("number", 0.5)
                .put("none", Double.NaN)
                .put("endless", Double.POSITIVE_INFINITY)
                .put("yes", true)
                .put("object", new PageFields().put("in", "side"))
                .put("empty", new PageFields())
                .put("list", List.of(new PageFields().put("a", 1), new PageFields()))
                .put("nothing", List.of())
                .put("missing", Optional.empty())
                .put("there", Optional.of(7))
                .put("inner", Optional.of(new PageFields().put("b", 2)));
        assertEquals(
                "{\"text\":\"a\",\"count\":3,\"number\":0.5,\"yes\":true,\"object\":{\"in\":\"side\"},\"empty\":{},"
                        + "\"list\":[{\"a\":1},{}],\"nothing\":[],\"there\":\"7\",\"inner\":{\"b\":2}}",
                fields.json());
    }

    @Test
    @DisplayName("is one line, whatever stands in its texts")
    void escapes() {
        assertEquals(
                "{\"a\":\"\\\"\\\\ \\u000a\\u000d\\u0000\\u007f\\u2028\\u2029 </script> \u00e4\"}",
                new PageFields()
                        .put("a", "\"\\ \n\r\0\u007f\u2028\u2029 </script> \u00e4")
                        .json());
    }
}
