package io.orderflow.internal.admin;

import static java.util.Objects.requireNonNull;

import io.orderflow.InvalidOrderException;
import io.orderflow.Limits;

/** What a person says of what he does: a name or a reason. It becomes part of a line of the log. */
public final class PersonText {
    private PersonText() {}

    /**
     * Checks it.
     *
     * @throws InvalidOrderException if it is empty, too long or has control characters
     */
    static String checked(String field, String text) {
        return checked(field, text, Limits.KEY_LENGTH);
    }

    /**
     * Checks one of which something else is to follow.
     *
     * @param longest most characters
     * @throws InvalidOrderException if it is empty, too long or has control characters
     */
    public static String checked(String field, String text, int longest) {
        boolean fits = !requireNonNull(text, field).isEmpty() && text.length() <= longest;
        if (!fits || text.chars().anyMatch(PersonText::breaksALine)) {
            throw new InvalidOrderException(
                    field,
                    text.length() + " characters",
                    "must have between 1 and " + longest + " characters, none of them a control character");
        }
        return text;
    }

    private static boolean breaksALine(int character) {
        return Character.isISOControl(character) || character == '\u2028' || character == '\u2029';
    }
}
