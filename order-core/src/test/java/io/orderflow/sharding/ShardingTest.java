package io.orderflow.sharding;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.orderflow.sharding.ShardedShop.Event;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code -Dsharding.seeds=1000000} lives so many lives, {@code -Dsharding.seed=4711} begins with that one. */
class ShardingTest {
    private static final int SEEDS = Integer.getInteger("sharding.seeds", 1_000);
    private static final long FIRST = Long.getLong("sharding.seed", 1);

    /** Lives in which a flaw shows at least once. */
    private static final int FOR_FLAWS = 500;

    @Test
    void allPiecesAreThereAndAllVerdictsAreRight() {
        Map<Event, Integer> met = new EnumMap<>(Event.class);
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            ShardedShop.live(seed, ShardFlaw.NONE).forEach((event, times) -> met.merge(event, times, Integer::sum));
        }
        System.out.println(SEEDS + " lives from seed " + FIRST + " met " + met);
        for (Event event : Event.values()) {
            assertTrue(SEEDS < FOR_FLAWS || met.getOrDefault(event, 0) >= SEEDS / 10, () -> "too few: " + met);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachFlawIsFound(ShardFlaw flaw) {
        for (long seed = 1; seed <= FOR_FLAWS; seed++) {
            try {
                ShardedShop.live(seed, flaw);
            } catch (AssertionError e) {
                System.out.println(flaw + " was found: " + e.getMessage());
                return;
            }
        }
        fail(flaw + " was not found in " + FOR_FLAWS + " lives");
    }
}
