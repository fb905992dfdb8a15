package io.orderflow.internal.json;

/** Writes texts as JSON. Thread-safe. */
public final class JsonString {
    private JsonString() {}

    /**
     * Appends a text with its quotes. What ends a line somewhere, in scripts and logs too, is escaped, so the text
     * stays in one line.
     */
    public static void append(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"' || unit == '\\') {
                json.append('\\').append(unit);
            } else if (unit < ' ' || unit == '\u007f' || unit == '\u2028' || unit == '\u2029') {
                json.append(String.format("\\u%04x", (int) unit));
            } else {
                json.append(unit);
            }
        }
        json.append('"');
    }
}
