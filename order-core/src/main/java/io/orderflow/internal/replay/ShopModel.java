package io.orderflow.internal.replay;

import io.orderflow.Limits;
import io.orderflow.OrderLine;
import io.orderflow.Payment;
import io.orderflow.RejectReason;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Wallets, products and the rules of both, written as plainly as they can be: one order after the other, maps,
 * unbounded arithmetic. What the engine does in sets must come out the same here. Not thread-safe.
 */
public final class ShopModel {
    private static final BigInteger LARGEST_TOTAL = BigInteger.valueOf(Limits.AMOUNT);

    private final Map<Long, Long> balances = new HashMap<>();
    private final Map<Long, Long> available = new HashMap<>();
    private final Map<Long, Long> prices = new HashMap<>();
    private final Map<Long, Count> counts = new HashMap<>();
    private int begun;

    /** What buyers have of a product since it has a limit. */
    private record Count(int number, long most, Map<Long, Long> pieces) {
        long of(long buyer) {
            return pieces.getOrDefault(buyer, 0L);
        }
    }

    /**
     * What becomes of an order.
     *
     * @param reason why it is rejected; empty when it is completed
     * @param total what the order costs; 0 when rejected
     */
    public record Decision(Optional<RejectReason> reason, long total) {}

    /** Decides an order, and takes its pieces and what the wallet pays when it is completed. */
    public Decision decide(long buyer, Payment payment, List<OrderLine> lines) {
        Optional<RejectReason> reason = rejection(buyer, payment, lines);
        if (reason.isPresent()) {
            return new Decision(reason, 0);
        }
        long total = total(lines).longValueExact();
        if (payment == Payment.WALLET) {
            balances.merge(buyer, -total, Math::addExact);
        }
        wanted(lines).forEach((product, pieces) -> {
            available.merge(product, -pieces, Math::addExact);
            if (counts.containsKey(product)) {
                counts.get(product).pieces().merge(buyer, pieces, Math::addExact);
            }
        });
        return new Decision(Optional.empty(), total);
    }

    private Optional<RejectReason> rejection(long buyer, Payment payment, List<OrderLine> lines) {
        if (payment == Payment.WALLET && !balances.containsKey(buyer)) {
            return Optional.of(RejectReason.UNKNOWN_BUYER);
        }
        if (lines.stream().anyMatch(line -> !prices.containsKey(line.product()))) {
            return Optional.of(RejectReason.UNKNOWN_PRODUCT);
        }
        if (lines.stream().anyMatch(line -> line.unitPrice().orElse(price(line)) != price(line))) {
            return Optional.of(RejectReason.PRICE_CHANGED);
        }
        if (total(lines).compareTo(LARGEST_TOTAL) > 0) {
            return Optional.of(RejectReason.AMOUNT_TOO_LARGE);
        }
        if (wanted(lines).entrySet().stream()
                .anyMatch(wanted -> isTooMuch(buyer, wanted.getKey(), wanted.getValue()))) {
            return Optional.of(RejectReason.LIMIT_PER_BUYER);
        }
        if (wanted(lines).entrySet().stream().anyMatch(wanted -> wanted.getValue() > available.get(wanted.getKey()))) {
            return Optional.of(RejectReason.INSUFFICIENT_STOCK);
        }
        return payment == Payment.WALLET && total(lines).longValueExact() > balances.get(buyer)
                ? Optional.of(RejectReason.INSUFFICIENT_FUNDS)
                : Optional.empty();
    }

    private boolean isTooMuch(long buyer, long product, long pieces) {
        Count count = counts.get(product);
        return count != null && count.of(buyer) + pieces > count.most();
    }

    private long price(OrderLine line) {
        return prices.get(line.product());
    }

    private BigInteger total(List<OrderLine> lines) {
        return lines.stream()
                .map(line -> BigInteger.valueOf(price(line)).multiply(BigInteger.valueOf(line.quantity())))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static Map<Long, Long> wanted(List<OrderLine> lines) {
        Map<Long, Long> wanted = new HashMap<>();
        lines.forEach(line -> wanted.merge(line.product(), (long) line.quantity(), Math::addExact));
        return wanted;
    }

    /**
     * Brings a wallet into being.
     *
     * @return false, and nothing changed, if there is one
     */
    public boolean openWallet(long buyer, long balance) {
        return within(balance) && balances.putIfAbsent(buyer, balance) == null;
    }

    /**
     * Adds to a balance, or takes when negative.
     *
     * @return false, and nothing changed, if there is no such wallet or the balance would leave its range
     */
    public boolean addToWallet(long buyer, long amount) {
        return add(balances, buyer, amount);
    }

    /**
     * Brings a product into being.
     *
     * @return false, and nothing changed, if there is one
     */
    public boolean defineProduct(long product, long pieces, long unitPrice) {
        if (!within(pieces) || available.putIfAbsent(product, pieces) != null) {
            return false;
        }
        prices.put(product, unitPrice);
        return true;
    }

    /**
     * Adds pieces, or takes when negative.
     *
     * @return false, and nothing changed, if there is no such product or the pieces would leave their range
     */
    public boolean addToStock(long product, long pieces) {
        return add(available, product, pieces);
    }

    /**
     * Sets the price of one piece.
     *
     * @return false, and nothing changed, if there is no such product
     */
    public boolean setPrice(long product, long unitPrice) {
        return prices.replace(product, unitPrice) != null;
    }

    /**
     * Sets the most that a buyer may have of a product.
     *
     * @return false, and nothing changed, if there is no such product
     */
    public boolean setMaxPerBuyer(long product, long most) {
        if (!prices.containsKey(product)) {
            return false;
        }
        Count now = counts.get(product);
        counts.put(
                product,
                now == null ? new Count(++begun, most, new HashMap<>()) : new Count(now.number(), most, now.pieces()));
        return true;
    }

    /**
     * Removes that limit, if there is one.
     *
     * @return false, and nothing changed, if there is no such product
     */
    public boolean removeMaxPerBuyer(long product) {
        counts.remove(product);
        return prices.containsKey(product);
    }

    /** Which count the pieces of a product are in that are sold now; 0 for none. */
    public int countOf(long product) {
        return counts.containsKey(product) ? counts.get(product).number() : 0;
    }

    /**
     * Gives a buyer's pieces back, which frees them of their limit.
     *
     * @param count what {@link #countOf} said when they were sold
     */
    public void giveBack(long product, long buyer, long pieces, int count) {
        if (count > 0 && count == countOf(product)) {
            counts.get(product).pieces().merge(buyer, -pieces, Math::addExact);
        }
    }

    private static boolean add(Map<Long, Long> accounts, long id, long amount) {
        Long before = accounts.get(id);
        if (before == null || !within(before + amount)) {
            return false;
        }
        accounts.put(id, before + amount);
        return true;
    }

    private static boolean within(long amount) {
        return amount >= 0 && amount <= Limits.BALANCE;
    }

    /** The balances by buyer; a view. */
    public Map<Long, Long> balances() {
        return Collections.unmodifiableMap(balances);
    }

    /** The available pieces by product; a view. */
    public Map<Long, Long> available() {
        return Collections.unmodifiableMap(available);
    }

    /** The most that a buyer may have, by product; 0 without a limit. */
    public Map<Long, Long> limits() {
        Map<Long, Long> limits = new HashMap<>();
        prices.keySet()
                .forEach(product -> limits.put(
                        product,
                        counts.containsKey(product) ? counts.get(product).most() : 0L));
        return limits;
    }

    /** How many pieces buyers have of products with a limit, by product and buyer; those who have none are left out. */
    public Map<String, Long> purchases() {
        Map<String, Long> purchases = new HashMap<>();
        counts.forEach((product, count) -> count.pieces().forEach((buyer, pieces) -> {
            if (pieces > 0) {
                purchases.put(product + "/" + buyer, pieces);
            }
        }));
        return purchases;
    }

    /** The prices by product; a view. */
    public Map<Long, Long> prices() {
        return Collections.unmodifiableMap(prices);
    }
}
