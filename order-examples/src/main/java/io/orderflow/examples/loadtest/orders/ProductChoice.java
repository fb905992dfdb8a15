package io.orderflow.examples.loadtest.orders;

import java.util.Arrays;

/** Draws products by their rank, 0 the most wanted one. Immutable. */
final class ProductChoice {
    private final int products;
    /** The chance of this rank or a lower one; empty unless it is Zipf's law, 8 bytes for each product then. */
    private final double[] cumulative;

    ProductChoice(Skew skew, int products) {
        this.products = products;
        this.cumulative = skew == Skew.ZIPF ? harmonic(products) : new double[0];
    }

    private static double[] harmonic(int products) {
        double[] sums = new double[products];
        double sum = 0;
        for (int rank = 0; rank < products; rank++) {
            sum += 1.0 / (rank + 1);
            sums[rank] = sum;
        }
        for (int rank = 0; rank < products; rank++) {
            sums[rank] /= sum;
        }
        return sums;
    }

    /** The rank that belongs to a random number; always the same for the same number. */
    int rank(long random) {
        if (cumulative.length == 0) {
            return LoadData.pick(random, products);
        }
        int found = Arrays.binarySearch(cumulative, LoadData.share(random));
        return Math.min(products - 1, found >= 0 ? found + 1 : -found - 1);
    }
}
