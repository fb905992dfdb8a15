package io.orderflow.examples.serve;

import io.netty.util.AsciiString;
import io.orderflow.page.RequestSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses what a page of another site has a browser send: where there are no tokens, nothing else stands between it and
 * the shop. The live page asks by itself, with the same rules, and answers in its own form. Used by the event loop
 * alone.
 */
final class SiteGate implements Gate {
    private static final CharSequence FETCH_SITE = AsciiString.cached("Sec-Fetch-Site");
    private static final Set<HttpMethod> LOOKS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Set<String> origins;
    private final boolean hasTokens;

    /**
     * Prepares it.
     *
     * @param origins the other sites whose pages may ask, as browsers send them
     * @param hasTokens whether there are any; without, only this machine may ask, by a name of its own
     */
    SiteGate(Collection<String> origins, boolean hasTokens) {
        this.origins = Set.copyOf(origins);
        this.hasTokens = hasTokens;
    }

    @Override
    public boolean isOpen(HttpServerRequest request, RouteTable served) {
        if (PageRoutes.isOfPage(request.path())) {
            return true;
        }
        Optional<Problem> refusal = byName(request).or(() -> bySite(request));
        refusal.ifPresent(problem -> problem.send(request.response()));
        return refusal.isEmpty();
    }

    /** Every browser sends a host. A balancer asks for health by what name it likes, and learns nothing else. */
    private Optional<Problem> byName(HttpServerRequest request) {
        String host = request.getHeader(HttpHeaders.HOST);
        boolean right = hasTokens
                || host == null
                || RequestSite.isLoopback(host)
                || request.path().startsWith("/health/");
        return right ? Optional.empty() : Optional.of(Problem.otherName(host));
    }

    private Optional<Problem> bySite(HttpServerRequest request) {
        if (LOOKS.contains(request.method())) {
            return Optional.empty();
        }
        Optional<String> origin = Optional.ofNullable(request.getHeader(HttpHeaders.ORIGIN));
        boolean named = origin.filter(origins::contains).isPresent();
        boolean other = !named
                && RequestSite.isOther(
                        origin,
                        Optional.ofNullable(request.getHeader(FETCH_SITE)),
                        Optional.ofNullable(request.getHeader(HttpHeaders.HOST)));
        return other ? Optional.of(Problem.otherSite(origin)) : Optional.empty();
    }
}
