package io.orderflow.internal.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.queue.QueueFinding;
import io.orderflow.testing.PlantedFindings;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No finding is without a test that makes something wrong and has it found. Those of Redis and RabbitMQ are theirs. */
class FindingsPlantedTest {
    private static final String MODULE = "order-core";

    @ParameterizedTest
    @ValueSource(classes = {RefusedFinding.class, ServerFinding.class, HostFinding.class})
    void eachIsPlanted(Class<? extends Enum<?>> findings) {
        assertEquals(List.of(), PlantedFindings.missing(MODULE, findings));
    }

    @Test
    void eachOfAnyQueueIsPlanted() {
        List<String> made = Stream.of(QueueFinding.class.getMethods())
                .filter(method -> method.getReturnType() == QueueFinding.class)
                .map(Method::getName)
                .toList();
        assertEquals(4, made.size(), made::toString);
        assertEquals(List.of(), PlantedFindings.missing(MODULE, QueueFinding.class, made));
    }
}
