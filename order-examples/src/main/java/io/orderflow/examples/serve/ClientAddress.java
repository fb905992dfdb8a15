package io.orderflow.examples.serve;

import io.netty.util.NetUtil;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern WITH_PORT = Pattern.compile("([0-9.]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}");

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
     * @param proxies whose word counts; whatever stands before the first that is none of them may be forged, and text
     *     that is no address is nobody: then it is the proxy that says so
     */
    static String client(String connection, List<String> forwarded, Set<ProxyNetwork> proxies) {
        String client = address(connection, forwarded, proxies);
        return client.length() > NETWORK_DIGITS ? client.substring(0, NETWORK_DIGITS) : client;
    }

    /** The same client's whole address, as it is written; the connection's where nobody else is named. */
    static String literal(String connection, List<String> forwarded, Set<ProxyNetwork> proxies) {
        String address = address(connection, forwarded, proxies);
        if (address.equals(address(connection, List.of(), Set.of()))) {
            return connection;
        }
        return NetUtil.bytesToIpAddress(HexFormat.of().parseHex(address));
    }

    private static String address(String connection, List<String> forwarded, Set<ProxyNetwork> proxies) {
        String[] hops = String.join(",", forwarded).split(",");
        String zoneless = connection.indexOf('%') < 0 ? connection : connection.substring(0, connection.indexOf('%'));
        String client = exact(zoneless).orElse(zoneless);
        for (int i = hops.length - 1; i >= 0 && isAmong(proxies, client); i--) {
            Optional<String> hop = hop(hops[i].strip());
            if (hop.isEmpty()) {
                break;
            }
            client = hop.get();
        }
        return client;
    }

    private static boolean isAmong(Set<ProxyNetwork> proxies, String client) {
        return proxies.stream().anyMatch(proxy -> proxy.contains(client));
    }

    /** Some proxies write the port behind the address; one of IPv6 has brackets then. */
    private static Optional<String> hop(String text) {
        Matcher parts = WITH_PORT.matcher(text);
        return exact(parts.matches() ? parts.group(1) : text);
    }
}
