package io.orderflow.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
    private final AtomicLong clock = new AtomicLong(0x0190_a1b2_c3d4L);
    private final AtomicLong random = new AtomicLong();
    private final TimeOrderedIds ids = new TimeOrderedIds(clock::get, high -> random.get());

    @Test
    void anIdIsMillisecondsVersionCounterVariantRandom() {
        assertEquals(UUID.fromString("0190a1b2-c3d4-7000-8000-000000000000"), ids.next());
        random.set(-1);
        assertEquals(UUID.fromString("0190a1b2-c3d4-7001-bfff-ffffffffffff"), ids.next());
        clock.incrementAndGet();
        assertEquals(UUID.fromString("0190a1b2-c3d5-7000-bfff-ffffffffffff"), ids.next());
    }

    @Test
    void aSourceKnowsItsOwnIdsAndTakesNoOtherForThem() {
        TimeOrderedIds mine = new TimeOrderedIds(clock::get, high -> high * 31);
        TimeOrderedIds others = new TimeOrderedIds(clock::get, high -> high * 37);
        for (int i = 0; i < 10_000; i++) {
            UUID id = mine.next();
            assertTrue(mine.isOwn(id), id::toString);
            assertFalse(others.isOwn(id), id::toString);
            assertFalse(mine.isOwn(others.next()), id::toString);
            assertFalse(mine.isOwn(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() ^ 1)));
            assertFalse(mine.isOwn(new UUID(id.getMostSignificantBits() + 0x10_0000, id.getLeastSignificantBits())));
        }
        UUID ofAKey = OrderIds.fromKey(1, "key");
        long low = 0x8000_0000_0000_0000L | ofAKey.getMostSignificantBits() * 31 >>> 2;
        assertFalse(mine.isOwn(new UUID(ofAKey.getMostSignificantBits(), low)), "of another version");
    }

    @Test
    void everyIdHasVersion7AndVariant2() {
        Seeds.forEach(1_000, seeded -> {
            clock.set(seeded.nextLong() >>> 16);
            random.set(seeded.nextLong());
            UUID id = ids.next();
            assertEquals(7, id.version(), id::toString);
            assertEquals(2, id.variant(), id::toString);
        });
    }

    @Test
    void idsRiseWhileTheClockStandsStill() {
        UUID last = assertRising(10_000);
        assertEquals("0190a1b2-c3d6", last.toString().substring(0, 13), "ahead of the clock by 10,000 / 4,096 ms");
    }

    @Test
    void idsRiseWhenTheClockGoesBack() {
        AtomicReference<UUID> last = new AtomicReference<>(ids.next());
        for (long millis : new long[] {0x0190_a1b2_c3d3L, 0, -1, Long.MIN_VALUE >> 12, 0x0190_a1b2_c3d4L}) {
            clock.set(millis);
            UUID id = ids.next();
            assertTrue(OrderIds.compare(last.getAndSet(id), id) < 0, () -> id + " at clock " + millis);
        }
        clock.set(0x0190_a1b2_c3d5L);
        assertEquals("0190a1b2-c3d5-7000", ids.next().toString().substring(0, 18), "the clock has caught up");
    }

    @Test
    void idsRiseWhenTheClockStartsBefore1970() {
        clock.set(-5);
        assertEquals("00000000-0000-7001", assertRising(1).toString().substring(0, 18));
    }

    @Test
    void threadsNeverGetTheSameIdAndEachSeesThemRise() throws Exception {
        int threads = 4;
        int each = 50_000;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier gate = new CyclicBarrier(threads);
            List<Future<List<UUID>>> taken = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                taken.add(executor.submit(taker(gate, each)));
            }
            Set<UUID> all = new HashSet<>();
            for (Future<List<UUID>> future : taken) {
                List<UUID> mine = future.get(30, TimeUnit.SECONDS);
                assertEquals(mine.stream().sorted(OrderIds.UNSIGNED).toList(), mine);
                all.addAll(mine);
            }
            // the random bits stand still, so that the stamp alone has to keep the ids apart
            assertEquals(threads * each, all.size());
        } finally {
            executor.shutdownNow();
        }
    }

    private Callable<List<UUID>> taker(CyclicBarrier gate, int count) {
        return () -> {
            List<UUID> mine = new ArrayList<>(count);
            gate.await(30, TimeUnit.SECONDS);
            for (int i = 0; i < count; i++) {
                mine.add(ids.next());
            }
            return mine;
        };
    }

    private UUID assertRising(int count) {
        UUID last = new UUID(0, 0);
        for (int i = 0; i < count; i++) {
            UUID id = ids.next();
            assertTrue(OrderIds.compare(last, id) < 0, last + " then " + id);
            last = id;
        }
        return last;
    }
}
