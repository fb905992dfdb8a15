package io.orderflow;

import static java.util.Objects.requireNonNull;

/**
 * A value that breaks a rule of its field. Thrown where the value is given, before anything is stored or sent; the same
 * value will be refused again. Names the field, the value and the rule, so that a host can answer its own caller with
 * them.
 */
public final class InvalidOrderException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String value;
    private final String rule;

    /**
     * Creates the refusal of one value.
     *
     * @param field the field's name as the API spells it, for example {@code lines[2].quantity}
     * @param value the value as text, shortened by the caller when it is long
     * @param rule what the value must be, for example {@code must be between 1 and 1000000}
     */
    public InvalidOrderException(String field, Object value, String rule) {
        super(field + " " + rule + ": " + value);
        this.field = requireNonNull(field, "field");
        this.value = String.valueOf(value);
        this.rule = requireNonNull(rule, "rule");
    }

    /** Returns the name of the field. */
    public String field() {
        return field;
    }

    /** Returns the refused value as text. */
    public String value() {
        return value;
    }

    /** Returns the rule that the value breaks. */
    public String rule() {
        return rule;
    }
}
