package io.orderflow.examples.loadtest.orders;

import static java.util.Objects.requireNonNull;

import io.orderflow.Limits;
import io.orderflow.examples.common.Ranges;
import java.util.OptionalLong;

/**
 * Which orders a load test submits. Immutable.
 *
 * @param products products that the orders are spread over
 * @param buyers buyers that the orders are spread over
 * @param stock pieces of each product when measuring begins; empty: more than can be sold
 * @param mix what kinds of orders they are
 * @param seed start of every random choice
 */
public record OrderPlan(int products, int buyers, OptionalLong stock, Mix mix, long seed) {
    /** Most products, and most buyers. */
    public static final int MOST_IDS = 10_000_000;

    /** Refuses what is out of range or does not go together. */
    public OrderPlan {
        requireNonNull(stock, "stock");
        requireNonNull(mix, "mix");
        Ranges.between("products", products, 1, MOST_IDS);
        Ranges.between("buyers", buyers, 1, MOST_IDS);
        Ranges.between("stock", stock.orElse(0), 0, Limits.BALANCE);
        if (mix.skew() != Skew.HOT && mix.lines().most() > products) {
            throw new IllegalArgumentException("lines must be <= products (" + products + ") unless --hot: "
                    + mix.lines().most());
        }
    }

    /** Products that the orders really name. */
    public int usedProducts() {
        return mix.skew() == Skew.HOT ? 1 : products;
    }

    /** How many of the buyers can pay for nothing. */
    public int poorBuyers() {
        return (int) Math.round(mix.poorShare() * buyers);
    }

    /**
     * More pieces than a whole test can take from one product.
     *
     * @param orders all that are submitted, unmeasured ones too
     */
    public long plentyOfStock(long orders) {
        return orders * mix.lines().most();
    }

    /**
     * What a buyer needs so that no order of a test fails for money. Buyers are drawn evenly, so that four times the
     * mean and a thousand more is never reached; a test with few orders counts all of them.
     *
     * @param orders all that are submitted, unmeasured ones too
     */
    public long plentyOfMoney(long orders) {
        long mostOfOneBuyer = Math.min(orders, 4 * (orders / buyers) + 1_000);
        return mostOfOneBuyer * mix.lines().most() * LoadData.HIGHEST_PRICE;
    }
}
