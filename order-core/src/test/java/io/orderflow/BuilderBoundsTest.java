package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.queue.InMemoryQueue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Each option of a builder has bounds")
class BuilderBoundsTest {
    private static final List<Duration> NO_TIMES = Arrays.asList(
            null, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE), Duration.ofSeconds(Long.MAX_VALUE));

    private static DataSource nowhere() {
        return (DataSource) Proxy.newProxyInstance(
                BuilderBoundsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static OrderProcessor.Builder processor() {
        return OrderProcessor.builder(nowhere());
    }

    /** A setter on a fresh builder. */
    private record Setter(Object builder, Method method) {
        private Throwable refuses(Object value) {
            return assertThrows(
                            InvocationTargetException.class, () -> method.invoke(builder, value), this + " " + value)
                    .getCause();
        }

        @Override
        public String toString() {
            return builder.getClass().getName() + "." + method.getName();
        }
    }

    private static Stream<Setter> setters(Class<?> type) {
        return Stream.of(processor(), WorkerConfig.builder(), InMemoryQueue.builder())
                .flatMap(builder -> Arrays.stream(builder.getClass().getMethods())
                        .filter(method -> method.getReturnType() == builder.getClass())
                        .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {type}))
                        .map(method -> new Setter(builder, method)));
    }

    private static Stream<Setter> times() {
        return setters(Duration.class);
    }

    private static Stream<Setter> numbers() {
        return Stream.concat(setters(int.class), setters(long.class));
    }

    @ParameterizedTest
    @MethodSource("times")
    void aTimeOutsideItsBoundsIsRefusedByName(Setter setter) {
        for (Duration time : NO_TIMES) {
            Throwable refusal = setter.refuses(time);
            Class<?> expected = time == null ? NullPointerException.class : IllegalArgumentException.class;
            assertEquals(expected, refusal.getClass());
            assertTrue(refusal.getMessage().contains(setter.method().getName()), refusal::getMessage);
            assertTrue(time == null || refusal.getMessage().contains(time.toString()), refusal::getMessage);
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberBelowItsBoundIsRefusedByName(Setter setter) {
        boolean whole = setter.method().getParameterTypes()[0] == int.class;
        for (long number : new long[] {whole ? Integer.MIN_VALUE : Long.MIN_VALUE, -1, 0}) {
            Throwable refusal = setter.refuses(whole ? (Object) (int) number : (Object) number);
            assertInstanceOf(IllegalArgumentException.class, refusal);
            assertTrue(refusal.getMessage().contains(setter.method().getName()), refusal::getMessage);
            assertTrue(refusal.getMessage().contains(Long.toString(number)), refusal::getMessage);
        }
    }

    @Test
    void allOfThemAreFound() {
        assertTrue(times().count() >= 8, "times");
        assertTrue(numbers().count() >= 4, "numbers");
    }

    @Test
    void timesThatMakeNoSenseTogetherAreRefused() {
        IllegalStateException journal = assertThrows(
                IllegalStateException.class,
                processor().submitTimeout(Duration.ofMillis(100)).journalTimeout(Duration.ofMillis(100))::build);
        assertEquals("journalTimeout must be shorter than submitTimeout: PT0.1S and PT0.1S", journal.getMessage());
        IllegalStateException group = assertThrows(
                IllegalStateException.class,
                processor()
                        .submitTimeout(Duration.ofMillis(80))
                        .journalTimeout(Duration.ofMillis(50))
                        .groupWait(Duration.ofMillis(100))::build);
        assertEquals("groupWait must be shorter than submitTimeout: PT0.1S and PT0.08S", group.getMessage());
    }
}
