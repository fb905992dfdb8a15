package io.orderflow.examples.serve;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The spelling in which browsers send an origin (URL standard). Text is compared with what they send, so another
 * spelling would never be met. All static.
 */
final class BrowserOrigin {
    private static final int LARGEST_PORT = 65_535;
    private static final int LARGEST_BYTE = 255;

    private static final Pattern PARTS = Pattern.compile("(https?)://(\\[[^\\[\\]/]*]|[^\\[\\]/:]+)(?::([0-9]*))?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.?");

    /** A name that ends so is read as an address of IPv4. */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?");

    private static final Pattern IPV4 = Pattern.compile("(0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

    private BrowserOrigin() {}

    /** What a text must be to be an origin; empty when it is one. */
    static Optional<String> complaint(String origin) {
        Matcher parts = PARTS.matcher(origin);
        if (!parts.matches()) {
            return Optional.of("be as browsers send it, such as https://shop.example or http://localhost:3000: in small"
                    + " letters, without a path and without the usual port");
        }
        return host(parts.group(2)).or(() -> port(parts.group(1), parts.group(3)));
    }

    private static Optional<String> host(String host) {
        if (host.startsWith("[")) {
            return isIpv6(host.substring(1, host.length() - 1))
                    ? Optional.empty()
                    : Optional.of("have an IPv6 address as browsers send it, in its shortest form, such as [::1]");
        }
        if (ENDS_IN_NUMBER.matcher(host).matches()) {
            return isIpv4(host)
                    ? Optional.empty()
                    : Optional.of("have an IPv4 address as browsers send it: four numbers of 0 to 255, without zeros"
                            + " before them");
        }
        return NAME.matcher(host).matches()
                ? Optional.empty()
                : Optional.of("have a host as browsers send it: in small letters, digits and hyphens, no part of it"
                        + " empty, and other letters as xn--…");
    }

    private static Optional<String> port(String scheme, String port) {
        if (port == null) {
            return Optional.empty();
        }
        if (port.isEmpty() || port.startsWith("0") || port.length() > 5 || Integer.parseInt(port) > LARGEST_PORT) {
            return Optional.of("have a port of 1 to " + LARGEST_PORT + ", without zeros before it, or none");
        }
        return port.equals(scheme.equals("https") ? "443" : "80")
                ? Optional.of("be without the usual port, which browsers leave out")
                : Optional.empty();
    }

    private static boolean isIpv4(String host) {
        return IPV4.matcher(host).matches()
                && Pattern.compile("\\.")
                        .splitAsStream(host)
                        .mapToInt(Integer::parseInt)
                        .allMatch(part -> part <= LARGEST_BYTE);
    }

    private static boolean isIpv6(String address) {
        byte[] bytes = address.contains(":") ? NetUtil.createByteArrayFromIpAddressString(address) : null;
        if (bytes == null) {
            return false;
        }
        try {
            return NetUtil.toAddressString(Inet6Address.getByAddress(null, bytes, -1))
                    .equals(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of IPv6 has 16 bytes", e);
        }
    }
}
