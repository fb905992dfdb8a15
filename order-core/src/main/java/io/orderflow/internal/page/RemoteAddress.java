package io.orderflow.internal.page;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The address that a request is from, as a literal. No name is looked up. All static. */
final class RemoteAddress {
    private static final Pattern LITERAL = Pattern.compile("[0-9A-Fa-f:.]{2,45}(%[0-9A-Za-z]+)?");
    private static final int IPV6_BYTES = 16;

    /** Bytes that a provider gives to one customer, who has all addresses that begin so. */
    private static final int NETWORK_BYTES = 8;

    private RemoteAddress() {}

    static boolean isLoopback(String remote) {
        return parsed(remote).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** Who one address is: an IPv4 address, the network of 64 bits of an IPv6 address, or the text if it is neither. */
    static String client(String remote) {
        return parsed(remote)
                .map(InetAddress::getAddress)
                .filter(bytes -> bytes.length == IPV6_BYTES)
                .map(bytes -> HexFormat.of().formatHex(Arrays.copyOf(bytes, NETWORK_BYTES)))
                .orElse(remote);
    }

    private static Optional<InetAddress> parsed(String remote) {
        try {
            return LITERAL.matcher(remote).matches() ? Optional.of(InetAddress.getByName(remote)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
