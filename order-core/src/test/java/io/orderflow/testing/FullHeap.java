package io.orderflow.testing;

/**
 * Takes all memory of this JVM until it is told to let go: for programs of their own with a small {@code -Xmx}. All
 * that it is asked for is prepared before, so that it needs none itself. Not thread-safe.
 */
public final class FullHeap {
    private static final int[] SIZES = {1 << 20, 1 << 16, 1 << 12, 256, 64, 16, 0};

    private Object[] taken = new Object[200_000];
    private int count;

    /** Leaves no room for the smallest object. */
    public void fill() {
        for (int size : SIZES) {
            try {
                while (true) {
                    taken[count] = new byte[size];
                    count++;
                }
            } catch (OutOfMemoryError e) {
                // as it should be: the next ones are smaller
            }
        }
    }

    /** Gives everything back, for good. */
    public void release() {
        taken = null;
        count = 0;
        System.gc();
    }
}
