package io.orderflow.page;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a browser tells of the page that sends a request. A page of any site can have a browser send requests to
 * whatever that browser reaches, this machine too. So a path that changes something refuses those of other sites, and a
 * server that trusts its own machine refuses what asks for it by another name: an attacker may have a name of his own
 * lead to this machine. Programs that are no browser say neither. The live page asks here by itself. All static; any
 * thread.
 */
public final class RequestSite {
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    /** Values of {@code Sec-Fetch-Site} for pages of another origin. */
    private static final Set<String> ELSEWHERE = Set.of("cross-site", "same-site");

    private RequestSite() {}

    /**
     * Whether a page of another site sent a request. Compares names and ports, and not the scheme: a server behind a
     * front end that speaks TLS does not know it.
     *
     * @param origin the header {@code Origin}: the page's site, with each request of a page that may change something
     * @param fetchSite the header {@code Sec-Fetch-Site}, which counts where there is no origin
     * @param host the header {@code Host}, or {@code :authority}
     */
    public static boolean isOther(Optional<String> origin, Optional<String> fetchSite, Optional<String> host) {
        if (origin.isEmpty()) {
            return fetchSite.filter(ELSEWHERE::contains).isPresent();
        }
        try {
            String from = URI.create(origin.get()).getRawAuthority();
            return from == null || !from.equalsIgnoreCase(host.orElse(""));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /**
     * Whether a request asks for this machine by a name that leads nowhere else: {@code localhost}, {@code 127.0.0.1}
     * and the like, {@code [::1]}, each with any port.
     *
     * @param host the header {@code Host}, or {@code :authority}
     */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }
}
