package io.orderflow.internal.page;

import io.orderflow.InvalidOrderException;
import io.orderflow.internal.json.JsonText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names and values as they stand in a query, or in the body of a form. Immutable. */
final class PageForm {
    private static final Pattern PLAIN = Pattern.compile("[a-z]{1,20}");

    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads them.
     *
     * @throws InvalidOrderException if a name comes twice, or one of them cannot be read
     */
    PageForm(String text) {
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                if (values.put(name, value) != null) {
                    String field = PLAIN.matcher(name).matches() ? name : shown(name);
                    throw new InvalidOrderException(field, shown(value), "must be there once");
                }
            }
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidOrderException("the form", shown(text), "must be encoded as forms are");
        }
    }

    /**
     * A value.
     *
     * @throws InvalidOrderException if it is missing or empty
     */
    String text(String name) {
        return Optional.ofNullable(values.get(name))
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new InvalidOrderException(name, "nothing", "must be given"))
                .strip();
    }

    /** What can stand in a message: short, in quotes, in one line, without control characters. */
    static String shown(String text) {
        return JsonText.shown(text);
    }
}
