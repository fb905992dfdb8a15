package io.orderflow.examples.serve;

import io.netty.util.NetUtil;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who sent a request, by address: the one of the connection, or the one that a trusted proxy names. No name is looked
 * up. All static.
 */
final class ClientAddress {
    private static final int IPV6_BYTES = 16;
    private static final int IPV4_BYTES = 4;

    /** Digits of the part of an IPv6 address that a provider gives to one customer, who has all that begin so. */
    private static final int NETWORK_DIGITS = 16;

    private static final String IPV4_AS_IPV6 = "00000000000000000000ffff";

    private ClientAddress() {}

    /** One spelling for an address, whatever the spelling that came; empty when it is none. */
    static Optional<String> exact(String text) {
        // a zone is a matter of this machine alone
        byte[] bytes = text.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null || bytes.length != IPV4_BYTES && bytes.length != IPV6_BYTES) {
            return Optional.empty();
        }
        String digits = HexFormat.of().formatHex(bytes);
        return Optional.of(digits.startsWith(IPV4_AS_IPV6) ? digits.substring(IPV4_AS_IPV6.length()) : digits);
    }

    /**
     * The client of a request: an IPv4 address, or the network of 64 bits that an IPv6 address is in.
     *
     * @param connection the address that the connection is from
     * @param forwarded all values of {@code X-Forwarded-For}; each proxy adds whom it was asked by behind the others
     * @param proxies whose word counts; whatever stands before the first that is none of them may be forged
     */
    static String client(String connection, List<String> forwarded, Set<String> proxies) {
        String client = address(connection, forwarded, proxies);
        return client.length() > NETWORK_DIGITS ? client.substring(0, NETWORK_DIGITS) : client;
    }

    /** The same client's whole address, as it is written; the connection's where nobody else is named. */
    static String literal(String connection, List<String> forwarded, Set<String> proxies) {
        String address = address(connection, forwarded, proxies);
        if (address.equals(address(connection, List.of(), Set.of()))) {
            return connection;
        }
        return NetUtil.bytesToIpAddress(HexFormat.of().parseHex(address));
    }

    private static String address(String connection, List<String> forwarded, Set<String> proxies) {
        String[] hops = String.join(",", forwarded).split(",");
        String zoneless = connection.indexOf('%') < 0 ? connection : connection.substring(0, connection.indexOf('%'));
        String client = exact(zoneless).orElse(zoneless);
        for (int i = hops.length - 1; i >= 0 && proxies.contains(client); i--) {
            Optional<String> hop = exact(hops[i].strip());
            if (hop.isEmpty()) {
                break;
            }
            client = hop.get();
        }
        return client;
    }
}
