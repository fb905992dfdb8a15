package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A table of options in the documents, held against the builder that has them. */
public final class OptionTable {
    /** A row of a table of options; smallest and largest are empty where there is no such bound. */
    private record Option(String name, String defaultValue, String smallest, String largest) {
        static Option of(List<String> cells) {
            assertEquals(6, cells.size(), "option, meaning, unit, default, smallest, largest: " + cells);
            return new Option(Documents.code(cells.get(0)), Documents.code(cells.get(3)), cells.get(4), cells.get(5));
        }
    }

    private OptionTable() {}

    /**
     * Fails unless the table names every setter, its default and its bounds.
     *
     * @param table what stands in the mark before it: {@code <!-- checked: name -->}
     * @param defaults the default of each setter, as text
     * @param builder makes a new builder
     */
    public static void check(String table, Map<String, String> defaults, Supplier<Object> builder) throws Exception {
        List<Option> options = Documents.tableAfter("<!-- checked: " + table + " -->").stream()
                .map(Option::of)
                .toList();
        Map<String, Method> setters = Arrays.stream(builder.get().getClass().getMethods())
                .filter(method -> method.getReturnType() == builder.get().getClass())
                .collect(Collectors.toMap(Method::getName, method -> method));
        assertEquals(
                new TreeSet<>(setters.keySet()),
                options.stream().map(Option::name).collect(Collectors.toCollection(TreeSet::new)),
                "the options of " + table);
        for (Option option : options) {
            Method setter = setters.get(option.name());
            Class<?> type = setter.getParameterTypes()[0];
            assertEquals(
                    value(type, defaults.get(option.name())),
                    value(type, option.defaultValue()),
                    "default of " + option.name());
            assertBound(builder, setter, option.smallest(), -1);
            assertBound(builder, setter, option.largest(), 1);
        }
    }

    /** The bound itself is taken, and the next value beyond it is refused. */
    private static void assertBound(Supplier<Object> builder, Method setter, String bound, int beyond) {
        Class<?> type = setter.getParameterTypes()[0];
        if (bound.isEmpty()) {
            assertTrue(!isNumber(type), setter.getName() + " must have a bound");
            return;
        }
        Object last = value(type, bound);
        assertDoesNotThrow(() -> setter.invoke(builder.get(), last), () -> setter.getName() + " " + bound);
        Object next;
        if (last instanceof Duration duration) {
            next = duration.plusNanos(beyond);
        } else if (last instanceof Integer number) {
            next = number + beyond;
        } else {
            next = (Long) last + beyond;
        }
        InvocationTargetException refused = assertThrows(
                InvocationTargetException.class,
                () -> setter.invoke(builder.get(), next),
                () -> setter.getName() + " " + next);
        assertInstanceOf(IllegalArgumentException.class, refused.getCause());
    }

    private static boolean isNumber(Class<?> type) {
        return type == int.class || type == long.class || type == Duration.class;
    }

    /** A value as the documents write it ({@code 2.5 s}, {@code 64 MiB}) or as the code does ({@code PT2.5S}). */
    private static Object value(Class<?> type, String text) {
        if (!isNumber(type)) {
            return text;
        }
        if (text.startsWith("PT")) {
            return Duration.parse(text);
        }
        String[] parts = text.split(" ", 2);
        double number = Double.parseDouble(parts[0]);
        String unit = parts.length == 2 ? parts[1] : "";
        long factor = switch (unit) {
            case "" -> 1;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000;
            case "min" -> 60_000_000_000L;
            case "MiB" -> 1L << 20;
            case "TiB" -> 1L << 40;
            default -> throw new AssertionError("unknown unit: " + text);
        };
        if (type == Duration.class) {
            return Duration.ofNanos((long) (number * factor));
        }
        long whole = (long) number * factor;
        return type == int.class ? (Object) (int) whole : (Object) whole;
    }
}
