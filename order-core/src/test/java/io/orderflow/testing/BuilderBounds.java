package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every setter of a builder that takes a time or a number refuses what is beyond its bounds, and says option, rule and
 * value.
 */
public final class BuilderBounds {
    private static final List<Duration> NO_TIMES =
            List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE), Duration.ofSeconds(Long.MAX_VALUE));

    private BuilderBounds() {}

    /**
     * Fails unless exactly these options take a time or a number, and each has a smallest and a largest value.
     *
     * @param builder makes a new builder; its setters are the public methods that return it
     * @param options the names of those setters, so that a new one is not forgotten here
     * @param mayBeZero those of them to which zero is a value
     */
    public static void check(Supplier<?> builder, Set<String> options, Set<String> mayBeZero) {
        List<Method> setters = setters(builder.get().getClass());
        assertEquals(
                new TreeSet<>(options),
                setters.stream().map(Method::getName).collect(Collectors.toCollection(TreeSet::new)),
                "setters that take a time or a number");
        for (Method setter : setters) {
            wrong(setter, !mayBeZero.contains(setter.getName())).forEach(value -> refused(builder, setter, value));
            if (setter.getParameterTypes()[0] == Duration.class) {
                assertInstanceOf(NullPointerException.class, refusal(builder, setter, null), setter::toString);
            }
        }
    }

    private static List<Method> setters(Class<?> type) {
        Set<Class<?>> kinds = Set.of(Duration.class, int.class, long.class);
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getReturnType() == type && method.getParameterCount() == 1)
                .filter(method -> kinds.contains(method.getParameterTypes()[0]))
                .toList();
    }

    private static Stream<Object> wrong(Method setter, boolean withZero) {
        Class<?> type = setter.getParameterTypes()[0];
        Stream<Object> beyond;
        Object zero;
        if (type == Duration.class) {
            beyond = NO_TIMES.stream().map(Object.class::cast);
            zero = Duration.ZERO;
        } else if (type == int.class) {
            beyond = Stream.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE);
            zero = 0;
        } else {
            beyond = Stream.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE);
            zero = 0L;
        }
        return withZero ? Stream.concat(beyond, Stream.of(zero)) : beyond;
    }

    private static void refused(Supplier<?> builder, Method setter, Object value) {
        Throwable refusal = refusal(builder, setter, value);
        assertInstanceOf(IllegalArgumentException.class, refusal, () -> setter + " " + value);
        String message = refusal.getMessage();
        assertTrue(message.startsWith(setter.getName() + " must be between "), message);
        assertTrue(message.endsWith(": " + value), message);
    }

    private static Throwable refusal(Supplier<?> builder, Method setter, Object value) {
        return assertThrows(
                        InvocationTargetException.class,
                        () -> setter.invoke(builder.get(), value),
                        () -> setter + " " + value)
                .getCause();
    }
}
