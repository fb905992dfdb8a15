package io.orderflow.internal.json;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads JSON (RFC 8259), and nothing that only looks like it. Strict where that document leaves a choice: a name twice
 * in one object and half of a surrogate pair are refused. The library's own reader, since the core has no JSON library.
 * Thread-safe: each call has an object of its own.
 *
 * <p>A value is a {@link Map} in the order of the text, a {@link List}, a {@link String}, a {@link Boolean},
 * {@link #NULL}, or a number: a {@link Long} where it is written as an integer that fits, else a {@link BigDecimal}.
 */
public final class JsonText {
    /** The value null. */
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    /** Digits and signs of a number: two more than the largest value of 64 bits has, twice. */
    private static final int LONGEST_NUMBER = 42;

    private static final String LARGE = "the exponent of a number is too large";
    private static final int LONGEST_SHOWN = 40;
    private static final int HEX = 16;

    private final String text;
    private final int deepest;
    private int at;
    private int depth;

    private JsonText(String text, int deepest) {
        this.text = text;
        this.deepest = deepest;
    }

    /**
     * Reads one value, which must be all there is but for spaces.
     *
     * @param deepest how many objects and lists may stand inside each other; the stack must have room for them
     * @throws IllegalArgumentException if the text is no JSON, or deeper; says where and why, and shows of the text
     *     nothing but a name that is there twice
     */
    public static Object read(String text, int deepest) {
        JsonText json = new JsonText(requireNonNull(text, "text"), deepest);
        Object value = json.value();
        json.skipSpace();
        json.require(json.at == text.length(), "something stands behind the end");
        return value;
    }

    /**
     * A value for a person: short, in one line, without control characters. Of objects and lists it says only what they
     * are.
     */
    public static String shown(Object value) {
        if (value instanceof Map) {
            return "an object";
        } else if (value instanceof List) {
            return "a list";
        } else if (value instanceof String string) {
            return quoted(string);
        }
        return value.toString();
    }

    private static String quoted(String string) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < Math.min(LONGEST_SHOWN, string.length()); i++) {
            char unit = string.charAt(i);
            // beyond ASCII there are letters that turn a line around, and halves of pairs where it is cut
            boolean plain = unit >= ' ' && unit < 0x7f && unit != '"' && unit != '\\';
            quoted.append(plain ? String.valueOf(unit) : String.format("\\u%04x", (int) unit));
        }
        quoted.append('"');
        return string.length() <= LONGEST_SHOWN
                ? quoted.toString()
                : quoted.append("... (")
                        .append(string.length())
                        .append(" characters)")
                        .toString();
    }

    private Object value() {
        skipSpace();
        return switch (peek()) {
            case '{' -> map();
            case '[' -> list();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        begin();
        while (!ends('}', map.isEmpty())) {
            String name = string();
            require(!map.containsKey(name), () -> shown(name) + " is there twice");
            skipSpace();
            require(':', "a colon must follow a name");
            map.put(name, value());
        }
        return map;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>(4);
        begin();
        while (!ends(']', list.isEmpty())) {
            list.add(value());
        }
        return list;
    }

    private void begin() {
        at++;
        require(++depth <= deepest, () -> "more than " + deepest + " objects and lists stand inside each other");
    }

    /** Whether it ends here; if not, what follows is the next entry. */
    private boolean ends(char end, boolean empty) {
        skipSpace();
        if (isNext(end)) {
            depth--;
            return true;
        }
        if (!empty) {
            require(',', "a comma or " + end + " must follow a value");
            skipSpace();
        }
        return false;
    }

    private String string() {
        require('"', "a text in double quotes must stand here");
        int start = at;
        while (peek() != '"' && peek() != '\\') {
            plain();
        }
        String string = text.substring(start, at);
        if (peek() == '\\') {
            string = escaped(string);
        }
        at++;
        requirePairs(string);
        return string;
    }

    private String escaped(String before) {
        StringBuilder string = new StringBuilder(before);
        while (peek() != '"') {
            string.append(isNext('\\') ? escape() : plain());
        }
        return string.toString();
    }

    private char plain() {
        require(peek() >= ' ', "a control character must be escaped");
        return text.charAt(at++);
    }

    private char escape() {
        char letter = peek();
        at++;
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unit();
            default -> throw bad("no such escape");
        };
    }

    private char unit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            char letter = peek();
            // other scripts have digits, too
            int digit = letter < 0x80 ? Character.digit(letter, HEX) : -1;
            require(digit >= 0, "four hexadecimal digits must follow \\u");
            unit = unit * HEX + digit;
            at++;
        }
        return (char) unit;
    }

    private void requirePairs(String string) {
        for (int i = 0; i < string.length(); i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                boolean pair =
                        i + 1 < string.length() && Character.isSurrogatePair(string.charAt(i), string.charAt(i + 1));
                require(pair, "a text must not have half of a surrogate pair");
                i++;
            }
        }
    }

    private Object word(String word, Object value) {
        require(text.startsWith(word, at), "no JSON value begins so");
        at += word.length();
        return value;
    }

    private Object number() {
        int start = at;
        isNext('-');
        int first = at;
        digits("no JSON value begins so");
        require(at - first == 1 || text.charAt(first) != '0', "a number must not begin with 0");
        int integer = at;
        if (isNext('.')) {
            digits("digits must follow the point");
        }
        if (isNext('e') || isNext('E')) {
            boolean signed = isNext('+') || isNext('-');
            digits(signed ? "digits must follow the sign" : "digits or a sign must follow the e");
        }
        require(at - start <= LONGEST_NUMBER, () -> "a number must have at most " + LONGEST_NUMBER + " characters");
        return number(text.substring(start, at), at == integer);
    }

    private Object number(String number, boolean isInteger) {
        try {
            BigDecimal value = new BigDecimal(number);
            // later JDKs take one more, and it is not told in the same way
            require(value.scale() != Integer.MIN_VALUE, LARGE);
            // as it is written: 1.0 and 1e0 are no integers
            boolean fits = isInteger && value.toBigInteger().bitLength() < Long.SIZE;
            return fits ? (Object) value.longValue() : value;
        } catch (NumberFormatException e) {
            throw bad(LARGE);
        }
    }

    private void digits(String rule) {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        require(at > start, rule);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean isNext(char wanted) {
        boolean is = at < text.length() && text.charAt(at) == wanted;
        at += is ? 1 : 0;
        return is;
    }

    private char peek() {
        require(at < text.length(), "it ends too early");
        return text.charAt(at);
    }

    private void require(char wanted, String rule) {
        if (!isNext(wanted)) {
            peek();
            throw bad(rule);
        }
    }

    private void require(boolean right, String rule) {
        if (!right) {
            throw bad(rule);
        }
    }

    private void require(boolean right, Supplier<String> rule) {
        if (!right) {
            throw bad(rule.get());
        }
    }

    private IllegalArgumentException bad(String rule) {
        return new IllegalArgumentException("at character " + (at + 1) + ": " + rule);
    }
}
