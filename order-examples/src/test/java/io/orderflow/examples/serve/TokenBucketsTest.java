package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Token buckets")
class TokenBucketsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Near its end, so that it passes the largest number. */
    private long now = Long.MAX_VALUE - SECOND;

    private TokenBuckets buckets(int perSecond, int burst, int most) {
        return new TokenBuckets(new RateRule(perSecond, burst), most, () -> now);
    }

    @Test
    @DisplayName("let a burst in, then one at a time, and say how long to wait")
    void burst() {
        TokenBuckets buckets = buckets(10, 3, 100);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, buckets.take("a"));
        }
        assertEquals(SECOND / 10, buckets.take("a"));
        assertEquals(0, buckets.take("b"), "another client");
        now += SECOND / 10 - 1;
        assertEquals(1, buckets.take("a"));
        now += 1;
        assertEquals(0, buckets.take("a"));
        assertEquals(SECOND / 10, buckets.take("a"), "what is refused costs nothing");
        now += 100 * SECOND;
        for (int i = 0; i < 3; i++) {
            assertEquals(0, buckets.take("a"), "no more than a burst after a long rest");
        }
        assertTrue(buckets.take("a") > 0);
    }

    @Test
    @DisplayName("have a client pay later for what it was let in with")
    void charged() {
        TokenBuckets buckets = buckets(100, 1, 100);
        assertEquals(0, buckets.take("a"));
        assertEquals(0, buckets.charge("a", 499));
        assertEquals(5 * SECOND, buckets.take("a"));
        assertEquals(5 * SECOND, buckets.charge("a", 499), "who is in debt takes no more");
        now += 5 * SECOND;
        assertEquals(0, buckets.take("a"));
    }

    /** A bucket as it is told in words: so many tokens, in parts of a token, of which each nanosecond adds one. */
    private static final class Told {
        private final long token;
        private final long capacity;
        private long level;
        private long at;

        Told(int perSecond, int burst, long now) {
            token = SECOND / perSecond;
            capacity = token * burst;
            level = capacity;
            at = now;
        }

        void fill(long now) {
            level = Math.min(capacity, level + (now - at));
            at = now;
        }

        boolean take() {
            boolean enough = level >= token;
            level -= enough ? token : 0;
            return enough;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "1000, 1", "1000, 5000", "1000000, 1000000"})
    @DisplayName("are what they are told to be, whatever comes and when")
    void asTold(int perSecond, int burst) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TokenBuckets buckets = buckets(perSecond, burst, 1_000);
        Map<String, Told> told = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String client = "client " + random.nextInt(5);
            Told model = told.computeIfAbsent(client, name -> new Told(perSecond, burst, now));
            // mostly about as fast as it may be, now and then a long rest
            long step = random.nextInt(100) == 0 ? burst * (SECOND / perSecond) : SECOND / perSecond;
            now += (long) (random.nextDouble() * step);
            model.fill(now);
            if (random.nextInt(20) == 0) {
                int more = random.nextInt(10);
                boolean inDebt = model.level < 0;
                assertEquals(inDebt, buckets.charge(client, more) > 0, () -> "seed " + seed);
                model.level -= inDebt ? 0 : more * model.token;
            }
            long wait = buckets.take(client);
            String what = "seed " + seed + ", step " + i + ", wait " + wait;
            assertEquals(model.take(), wait == 0, what);
            if (wait > 0) {
                assertEquals(model.token - model.level, wait, what);
            }
        }
    }

    @Test
    @DisplayName("remember no more clients than they may, and none whose bucket is full")
    void bounded() {
        TokenBuckets buckets = buckets(1, 1, 1_000);
        for (int i = 0; i < 100_000; i++) {
            assertEquals(0, buckets.take("client " + i));
            assertTrue(buckets.size() <= 1_000, () -> buckets.size() + " clients");
        }
        assertTrue(buckets.take("client 99999") > 0, "the last one is known");
        assertEquals(0, buckets.take("client 0"), "the first one was forgotten");
        now += 10 * SECOND;
        for (int i = 0; i < 1_000; i++) {
            now += SECOND;
            assertEquals(0, buckets.take("late " + i % 2));
        }
        assertTrue(buckets.size() <= 4, () -> buckets.size() + " clients");
    }
}
