package io.orderflow.examples.serve;

import io.orderflow.page.PageConfig;
import java.util.List;
import java.util.Optional;

/**
 * Who may ask over HTTP, and how much. Immutable.
 *
 * @param access who may look and who may act
 * @param origins the other sites whose pages may read what is answered
 * @param rate how much one client may ask for; empty for any number
 * @param proxies who is believed about whom a request is from
 */
record HttpConfig(Access access, List<String> origins, Optional<RateRule> rate, TrustedProxies proxies) {
    HttpConfig {
        origins = List.copyOf(origins);
    }

    /** What is open without tokens, no other site, no limit. */
    static HttpConfig defaults() {
        return new HttpConfig(Access.OPEN, List.of(), Optional.empty(), TrustedProxies.NONE);
    }

    /** The same with tokens. */
    static HttpConfig with(PageConfig tokens) {
        return new HttpConfig(new Access(tokens, true), List.of(), Optional.empty(), TrustedProxies.NONE);
    }
}
