package io.orderflow.queue.rabbit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what the management plugin answers: maps, lists, texts, numbers as {@link Double}, booleans, and an empty text
 * for null. The client library's own reader is deprecated, and no other is a dependency. Used once, by one thread.
 */
final class JsonText {
    private static final int DEEPEST = 50;
    private static final int HEX = 16;

    private final String text;
    private int at;
    private int depth;

    private JsonText(String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException if the text is none
     */
    static Object read(String text) {
        JsonText json = new JsonText(text);
        Object value = json.value();
        json.skipSpace();
        json.require(json.at == text.length());
        return value;
    }

    private Object value() {
        require(++depth < DEEPEST);
        skipSpace();
        Object value = switch (peek()) {
            case '{' -> map();
            case '[' -> list();
            case '"' -> string();
            default -> word();
        };
        depth--;
        return value;
    }

    private Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        while (!ends('}', map.isEmpty())) {
            String key = string();
            skipSpace();
            require(peek() == ':');
            at++;
            map.put(key, value());
        }
        return map;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        at++;
        while (!ends(']', list.isEmpty())) {
            list.add(value());
        }
        return list;
    }

    /** Whether it ends here; if not, what follows is the next entry. */
    private boolean ends(char end, boolean empty) {
        skipSpace();
        if (peek() == end) {
            at++;
            return true;
        }
        if (!empty) {
            require(peek() == ',');
            at++;
            skipSpace();
        }
        return false;
    }

    private String string() {
        require(peek() == '"');
        at++;
        StringBuilder string = new StringBuilder();
        while (peek() != '"') {
            char next = text.charAt(at++);
            string.append(next == '\\' ? escaped() : next);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char letter = peek();
        at++;
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                require(at + 4 <= text.length());
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), HEX);
            }
            default -> letter;
        };
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> "";
            default -> Double.parseDouble(word);
        };
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        require(at < text.length());
        return text.charAt(at);
    }

    private void require(boolean right) {
        if (!right) {
            throw new IllegalArgumentException("the answer is no JSON at character " + at);
        }
    }
}
