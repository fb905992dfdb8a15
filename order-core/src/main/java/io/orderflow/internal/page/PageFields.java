package io.orderflow.internal.page;

import io.orderflow.internal.json.JsonString;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An object of JSON as it is put together. Fields without a value are left out, so there is no null. Whole numbers that
 * a script could not hold, such as amounts and ids, are texts. Not thread-safe.
 */
final class PageFields {
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** Adds a text. */
    PageFields put(String name, String text) {
        values.put(name, text);
        return this;
    }

    /** Adds a count, which is small enough for a script. */
    PageFields put(String name, long count) {
        values.put(name, count);
        return this;
    }

    /** Adds a number; none that is no number. */
    PageFields put(String name, double number) {
        if (!Double.isNaN(number) && !Double.isInfinite(number)) {
            values.put(name, number);
        }
        return this;
    }

    /** Adds yes or no. */
    PageFields put(String name, boolean value) {
        values.put(name, value);
        return this;
    }

    /** Adds an object. */
    PageFields put(String name, PageFields object) {
        values.put(name, object);
        return this;
    }

    /** Adds an array of objects. */
    PageFields put(String name, Collection<PageFields> objects) {
        values.put(name, objects);
        return this;
    }

    /** Adds what there may be: an object as one, anything else as text. */
    PageFields put(String name, Optional<?> value) {
        value.ifPresent(known -> values.put(name, known instanceof PageFields ? known : known.toString()));
        return this;
    }

    /** The whole as text in one line. */
    String json() {
        StringBuilder json = new StringBuilder(1_024);
        object(json, this);
        return json.toString();
    }

    private static void object(StringBuilder json, PageFields object) {
        char separator = '{';
        for (Map.Entry<String, Object> field : object.values.entrySet()) {
            json.append(separator);
            JsonString.append(json, field.getKey());
            json.append(':');
            value(json, field.getValue());
            separator = ',';
        }
        json.append(object.values.isEmpty() ? "{}" : "}");
    }

    private static void value(StringBuilder json, Object value) {
        if (value instanceof PageFields object) {
            object(json, object);
        } else if (value instanceof Collection<?> entries) {
            json.append('[');
            String separator = "";
            for (Object entry : entries) {
                json.append(separator);
                value(json, entry);
                separator = ",";
            }
            json.append(']');
        } else if (value instanceof String text) {
            JsonString.append(json, text);
        } else {
            json.append(value);
        }
    }
}
