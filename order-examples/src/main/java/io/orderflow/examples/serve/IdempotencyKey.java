package io.orderflow.examples.serve;

import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code Idempotency-Key} header of draft-ietf-httpapi-idempotency-key-header: a string of RFC 8941 in quotes. Many
 * clients send it without the quotes; both spellings name the same key.
 */
final class IdempotencyKey {
    static final String HEADER = "Idempotency-Key";

    private static final Pattern QUOTED = Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*)\"");
    private static final Pattern BARE = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z:/=-]+");
    private static final String RULE =
            "must be one string in quotes, or a token, of 1 to " + Limits.KEY_LENGTH + " ASCII characters";

    /** The rule of the field that a batch has in place of the header: the same keys, without the header's quotes. */
    static final String FIELD_RULE = "must be a string of 1 to " + Limits.KEY_LENGTH + " printable ASCII characters";

    private IdempotencyKey() {}

    /** Whether the text is a key that the header can carry too. */
    static boolean isKey(String text) {
        return !text.isEmpty()
                && text.length() <= Limits.KEY_LENGTH
                && text.chars().allMatch(character -> character >= ' ' && character <= '~');
    }

    /**
     * Reads the key from all values of the header.
     *
     * @throws InvalidOrderException if the header is there and its value is not one key
     */
    static Optional<String> from(List<String> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        String value = values.get(0).strip();
        String key = unquoted(value).orElse("");
        if (values.size() > 1 || key.isEmpty() || key.length() > Limits.KEY_LENGTH) {
            throw new InvalidOrderException(HEADER, Shortened.of(String.join(", ", values)), RULE);
        }
        return Optional.of(key);
    }

    private static Optional<String> unquoted(String value) {
        // bounded before it is matched: the pattern of a quoted string recurses once per character
        if (value.length() > 2 * Limits.KEY_LENGTH + 2) {
            return Optional.empty();
        }
        var quoted = QUOTED.matcher(value);
        if (quoted.matches()) {
            return Optional.of(quoted.group(1).replaceAll("\\\\(.)", "$1"));
        }
        return BARE.matcher(value).matches() ? Optional.of(value) : Optional.empty();
    }
}
