package io.orderflow.internal.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Orders that are left out for a second, because somebody holds their rows. */
class PassedOverTest {
    private long nanos = Long.MAX_VALUE - 10;
    private final PassedOver passedOver = new PassedOver(() -> nanos);

    private static List<UUID> ids(int count) {
        return Stream.generate(UUID::randomUUID).limit(count).toList();
    }

    private void pass(int millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    @Test
    void eachIsLeftOutForItsOwnSecond() {
        List<UUID> ids = ids(3);
        passedOver.add(ids.subList(0, 1));
        pass(600);
        passedOver.add(ids.subList(1, 3));
        pass(399);
        assertEquals(Set.copyOf(ids), passedOver.ids());
        pass(1);
        assertEquals(Set.copyOf(ids.subList(1, 3)), passedOver.ids());
        pass(600);
        assertEquals(Set.of(), passedOver.ids());
    }

    @Test
    void whatIsPassedOverAgainHasAnotherSecond() {
        List<UUID> ids = ids(2);
        passedOver.add(ids);
        pass(900);
        passedOver.add(ids.subList(0, 1));
        pass(100);
        assertEquals(Set.of(ids.get(0)), passedOver.ids());
        pass(900);
        assertEquals(Set.of(), passedOver.ids());
    }

    @Test
    void ofTooManyTheFirstAreForgottenAndNotAll() {
        List<UUID> first = ids(500);
        List<UUID> others = ids(PassedOver.MOST - 500);
        List<UUID> last = ids(500);
        passedOver.add(first);
        passedOver.add(others);
        assertTrue(passedOver.ids().containsAll(first));
        passedOver.add(last);
        assertEquals(PassedOver.MOST, passedOver.ids().size());
        assertTrue(passedOver.ids().containsAll(last) && passedOver.ids().containsAll(others));
        assertFalse(passedOver.ids().contains(first.get(0)));
    }
}
