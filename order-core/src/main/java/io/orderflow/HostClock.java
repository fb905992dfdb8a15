package io.orderflow;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's clock, or the system's where that throws or gives nothing: no order may wait or fail for a time of day.
 * Thread-safe.
 */
final class HostClock extends Clock {
    private static final Logger log = LoggerFactory.getLogger(HostClock.class);

    private final Clock host;
    private final AtomicBoolean told = new AtomicBoolean();

    HostClock(Clock host) {
        this.host = host;
    }

    @Override
    public Instant instant() {
        try {
            Instant now = host.instant();
            // a time that milliseconds cannot hold would fail later
            now.toEpochMilli();
            return now;
        } catch (RuntimeException | Error e) {
            if (told.compareAndSet(false, true)) {
                log.warn("the host's clock failed; the system's is used where it does", e);
            }
            return Instant.now();
        }
    }

    @Override
    public long millis() {
        return instant().toEpochMilli();
    }

    @Override
    public ZoneId getZone() {
        return host.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new HostClock(host.withZone(zone));
    }
}
