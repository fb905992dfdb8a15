package io.orderflow.examples.serve;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Refuses the requests of a client that sends more than it may. What a machine asks to see how the process does is not
 * counted. Used by the event loop alone, but for {@link #refused}.
 */
final class RateLimit implements Gate {
    /** Clients that are remembered: about 8 MB. Who has more addresses than these has many other ways. */
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
        long wait = buckets.take(proxies.client(request));
        if (wait > 0) {
            refused.incrementAndGet();
            Problem.rateLimited(rule, Duration.ofNanos(wait)).send(request.response());
        }
        return wait == 0;
    }

    /** Has the client pay for more than the one request that was let in. */
    void charge(HttpServerRequest request, int more) {
        buckets.charge(proxies.client(request), more);
    }

    /** How many requests were refused. Any thread. */
    long refused() {
        return refused.get();
    }
}
