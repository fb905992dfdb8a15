package io.orderflow.page;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as an HTTP server has it. Immutable.
 *
 * @param method GET, HEAD or POST; others are answered too
 * @param path the path behind the place where the page is mounted: empty or {@code /} is the page itself
 * @param query what stands behind the question mark, as it came; empty for nothing
 * @param headers names and values; of a header that came several times the first or a list. A server that speaks HTTP/2
 *     or HTTP/3 may have {@code :authority} in place of {@code Host}: pass its value as {@code host}, or what browsers
 *     post is refused as from elsewhere
 * @param body the whole body, empty for none; a host reads {@link #LARGEST_BODY} bytes at most
 * @param remote the caller's address as a literal, {@code 10.0.0.7} or {@code ::1}: the connection's, or what a front
 *     end that is believed says. After wrong tokens it is shut out for a while
 */
public record PageCall(
        String method, String path, String query, Map<String, String> headers, byte[] body, String remote) {
    /** Most bytes of a body. */
    public static final int LARGEST_BODY = 8 * 1_024;

    /** Copies the headers. */
    public PageCall {
        requireNonNull(method, "method");
        requireNonNull(path, "path");
        requireNonNull(query, "query");
        Map<String, String> byName = new TreeMap<>();
        headers.forEach((name, value) -> byName.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        headers = Map.copyOf(byName);
        body = body.clone();
        requireNonNull(remote, "remote");
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    /**
     * A header.
     *
     * @param name in lower case
     */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Without query, headers and body, which may hold secrets. */
    @Override
    public String toString() {
        return method + " " + path + " from " + remote;
    }
}
