package io.orderflow.examples.serve;

import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/**
 * Who sent a request: whoever it came from, or whom a proxy names that is believed. Immutable.
 *
 * @param networks the addresses whose {@code X-Forwarded-For} is believed
 */
record TrustedProxies(Set<ProxyNetwork> networks) {
    /** Nobody's word counts. */
    static final TrustedProxies NONE = new TrustedProxies(Set.of());

    private static final String FORWARDED = "X-Forwarded-For";

    TrustedProxies {
        networks = Set.copyOf(networks);
    }

    /** Who counts as one client, see {@link ClientAddress#client}. */
    String client(HttpServerRequest request) {
        return ClientAddress.client(
                request.remoteAddress().hostAddress(), request.headers().getAll(FORWARDED), networks);
    }

    /** The client's own address, as a literal. */
    String address(HttpServerRequest request) {
        return ClientAddress.literal(
                request.remoteAddress().hostAddress(), request.headers().getAll(FORWARDED), networks);
    }
}
