package io.orderflow.internal.codec;

import java.util.SplittableRandom;

/**
 * Runs a check on many random cases. Each case has a seed of its own; {@code -Dseed=...} starts with that case again.
 */
public final class Seeds {
    private Seeds() {}

    public interface Check {
        void run(SplittableRandom random) throws Exception;
    }

    public static void forEach(int cases, Check check) {
        long first = Long.getLong("seed", System.nanoTime());
        for (long seed = first; seed < first + cases; seed++) {
            try {
                check.run(new SplittableRandom(seed));
            } catch (Exception | Error e) {
                throw new AssertionError("failed with -Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
