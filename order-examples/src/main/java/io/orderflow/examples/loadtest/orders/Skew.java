package io.orderflow.examples.loadtest.orders;

/** How the orders are spread over the products. */
public enum Skew {
    /** Every product equally often. */
    UNIFORM,
    /** Zipf's law with exponent 1: the product of rank k is drawn 1/k times as often as the first. */
    ZIPF,
    /** All orders are for the first product. */
    HOT
}
