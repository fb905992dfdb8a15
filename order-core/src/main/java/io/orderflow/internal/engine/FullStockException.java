package io.orderflow.internal.engine;

import java.util.Set;

/** Products would have more pieces than one may have; rolled back. The same again without what they belong to. */
final class FullStockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Set<Long> products;

    /** Of the products that are full still; none if they have room again. */
    FullStockException(Set<Long> products) {
        super("products would have too many pieces: " + products, null, false, false);
        this.products = Set.copyOf(products);
    }

    /** Which they are. */
    Set<Long> products() {
        return products;
    }
}
