package io.orderflow.examples.serve;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits, such as {@code 10.0.0.0/8}; one address has all of its bits. Immutable.
 *
 * @param first the first of them, see {@link ClientAddress#exact}
 * @param bits how many bits they have in common, 1 to 32 or 128
 */
record ProxyNetwork(String first, int bits) {
    static final String RULE = "an IP address, such as 10.0.0.1 or fd00::1, or a network of them that begins with its"
            + " first address, such as 10.0.0.0/8 or fd00::/8, and no name";

    private static final int DIGIT_BITS = 4;
    private static final int HEX = 16;
    private static final int IPV4_DIGITS = 8;
    private static final Pattern TEXT = Pattern.compile("([0-9a-fA-F.:]+)(?:/([1-9][0-9]{0,2}))?");

    /** Reads it as it is usually written; empty where it is none, or has bits beyond those that it says. */
    static Optional<ProxyNetwork> of(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? ClientAddress.exact(parts.group(1)).flatMap(first -> read(first, parts))
                : Optional.empty();
    }

    private static Optional<ProxyNetwork> read(String first, Matcher parts) {
        int all = first.length() * DIGIT_BITS;
        if (parts.group(2) == null) {
            return Optional.of(new ProxyNetwork(first, all));
        }
        int bits = Integer.parseInt(parts.group(2));
        // its bits would be counted from another beginning
        boolean mapped = first.length() == IPV4_DIGITS && parts.group(1).contains(":");
        return mapped || bits > all || hasBitsBehind(first, all - bits)
                ? Optional.empty()
                : Optional.of(new ProxyNetwork(first, bits));
    }

    private static boolean hasBitsBehind(String first, int others) {
        BigInteger number = number(first);
        return number.signum() != 0 && number.getLowestSetBit() < others;
    }

    /** Whether an address is one of them, see {@link ClientAddress#exact}. */
    boolean contains(String address) {
        int others = first.length() * DIGIT_BITS - bits;
        return address.length() == first.length()
                && number(address).shiftRight(others).equals(number(first).shiftRight(others));
    }

    private static BigInteger number(String digits) {
        return new BigInteger(digits, HEX);
    }
}
