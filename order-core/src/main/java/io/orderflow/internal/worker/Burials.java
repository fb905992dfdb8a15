package io.orderflow.internal.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** How much is set aside in one transaction. */
final class Burials {
    /** Most for one transaction. */
    static final int MOST = 500;

    /** A quarter of the smallest statement that a server may be set to. */
    private static final int MOST_BYTES = 1 << 20;

    private Burials() {}

    /**
     * Cuts into pieces, each for one transaction, in the same order.
     *
     * @param keptBytes about how much is kept of one of them
     */
    static <T> List<List<T>> cut(List<T> all, ToIntFunction<T> keptBytes) {
        List<List<T>> pieces = new ArrayList<>();
        int begin = 0;
        long kept = 0;
        for (int i = 0; i < all.size(); i++) {
            int bytes = keptBytes.applyAsInt(all.get(i));
            kept += bytes;
            if (i > begin && (kept > MOST_BYTES || i - begin == MOST)) {
                pieces.add(List.copyOf(all.subList(begin, i)));
                begin = i;
                kept = bytes;
            }
        }
        if (begin < all.size()) {
            pieces.add(List.copyOf(all.subList(begin, all.size())));
        }
        return pieces;
    }
}
