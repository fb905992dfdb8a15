package io.orderflow.examples.serve;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Refuses the requests of a client that sends more than it may. What a machine asks to see how the process does is not
 * counted. Used by the event loop alone, but for {@link #refused}.
 */
final class RateLimit implements Gate {
    /** Clients that are remembered: about 8 MB. A caller with more addresses than these has many other ways. */
    static final int CLIENTS = 65_536;

    private final RateRule rule;
    private final TrustedProxies proxies;
    private final TokenBuckets buckets;
    private final AtomicLong refused = new AtomicLong();

    RateLimit(RateRule rule, TrustedProxies proxies) {
        this(rule, proxies, System::nanoTime);
    }

    /** With another clock, for tests. */
    RateLimit(RateRule rule, TrustedProxies proxies, LongSupplier nanoTime) {
        this.rule = rule;
        this.proxies = proxies;
        this.buckets = new TokenBuckets(rule, CLIENTS, nanoTime);
    }

    @Override
    public boolean isOpen(HttpServerRequest request, RouteTable served) {
        String path = request.path();
        if (path.startsWith("/health/") || path.equals("/metrics")) {
            return true;
        }
        Optional<Problem> refusal = refusal(buckets.take(proxies.client(request)));
        refusal.ifPresent(problem -> problem.send(request.response()));
        return refusal.isEmpty();
    }

    /**
     * Has the client pay for more than the one request that was let in.
     *
     * @return why not, when other requests of his that came together with this one are not paid for yet
     */
    Optional<Problem> charge(HttpServerRequest request, int more) {
        return refusal(buckets.charge(proxies.client(request), more));
    }

    private Optional<Problem> refusal(long wait) {
        if (wait == 0) {
            return Optional.empty();
        }
        refused.incrementAndGet();
        return Optional.of(Problem.rateLimited(rule, Duration.ofNanos(wait)));
    }

    /** How many requests were refused. Any thread. */
    long refused() {
        return refused.get();
    }
}
