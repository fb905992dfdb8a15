package io.orderflow.queue.redis;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many messages one answer may carry, so that it comes in time on a slow line: half as many after an answer that
 * did not come, twice as many after one that was full. Thread-safe; shared by the consumers of a queue, which are
 * opened anew after a failure.
 */
final class ReadSize {
    private static final int LARGEST = 1 << 16;

    private final AtomicInteger most = new AtomicInteger(LARGEST);

    int atMost(int asked) {
        return Math.min(asked, most.get());
    }

    void came(int asked, int count) {
        if (count == asked) {
            most.updateAndGet(now -> Math.max(now, Math.min(LARGEST, 2 * count)));
        }
    }

    void didNotCome(int asked) {
        most.updateAndGet(now -> Math.max(1, Math.min(now, asked / 2)));
    }
}
