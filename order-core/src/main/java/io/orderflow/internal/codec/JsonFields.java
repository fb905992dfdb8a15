package io.orderflow.internal.codec;

import io.orderflow.internal.json.JsonText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of a JSON object, each of one type: nothing is rounded, converted or ignored. A refusal names the field,
 * its value and the rule. Immutable.
 */
final class JsonFields {
    private final String path;
    private final Map<?, ?> fields;

    private JsonFields(String path, Map<?, ?> fields) {
        this.path = path;
        this.fields = fields;
    }

    /**
     * Those of the object at a place.
     *
     * @param path what stands before the names of its fields in a refusal; empty for the whole message
     * @throws MalformedException if the value is no object
     */
    static JsonFields of(String path, Object value) throws MalformedException {
        if (value instanceof Map<?, ?> map) {
            return new JsonFields(path, map);
        }
        throw new MalformedException(path + " must be an object: " + JsonText.shown(value));
    }

    /** Refuses other fields than these. What they hold is not shown: nobody knows how confidential it is. */
    void requireOnly(Set<String> known) throws MalformedException {
        Set<Object> unknown = new LinkedHashSet<>(fields.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            String name = JsonText.shown(unknown.iterator().next());
            throw new MalformedException("field " + name + (path.isEmpty() ? "" : " of " + path)
                    + " is unknown; the fields are " + String.join(", ", new TreeSet<>(known)));
        }
    }

    /** A field that must be there, as an integer of 64 bits. */
    long integer(String name) throws MalformedException {
        return optionalInteger(name).orElseThrow(() -> missing(name));
    }

    /** An integer of 64 bits. */
    Optional<Long> optionalInteger(String name) throws MalformedException {
        return find(name, Long.class, "must be an integer of 64 bits, without fraction, exponent or quotes");
    }

    /** A text. */
    Optional<String> text(String name) throws MalformedException {
        return find(name, String.class, "must be a text");
    }

    /** True or false. */
    Optional<Boolean> flag(String name) throws MalformedException {
        return find(name, Boolean.class, "must be true or false");
    }

    /** A text that may be confidential: no refusal shows it, whatever type it has. */
    Optional<String> secret(String name) throws MalformedException {
        Object value = fields.get(name);
        if (value == null || value instanceof String) {
            return Optional.ofNullable((String) value);
        }
        throw refused(name, typeOf(value), "must be a text");
    }

    /** A field that must be there, as a list. */
    List<?> list(String name) throws MalformedException {
        return find(name, List.class, "must be a list").orElseThrow(() -> missing(name));
    }

    private static String typeOf(Object value) {
        if (value instanceof Map<?, ?>) {
            return "an object";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        return value instanceof Boolean ? "true or false" : value instanceof Number ? "a number" : "null";
    }

    private <T> Optional<T> find(String name, Class<T> type, String rule) throws MalformedException {
        Object value = fields.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw refused(name, JsonText.shown(value), rule);
        }
        return Optional.of(type.cast(value));
    }

    MalformedException missing(String name) {
        return refused(name, "nothing", "must be given");
    }

    /**
     * The refusal of a field's value.
     *
     * @param shown the value, as short as a person needs it
     */
    MalformedException refused(String name, String shown, String rule) {
        return new MalformedException((path.isEmpty() ? "" : path + ".") + name + " " + rule + ": " + shown);
    }
}
