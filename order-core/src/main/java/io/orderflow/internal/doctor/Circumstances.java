package io.orderflow.internal.doctor;

import io.orderflow.FeedState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a processor was built with, as far as it is judged.
 *
 * @param allowWeakQueue whether a queue that may lose messages may accept alone
 * @param jsonWithoutKey whether messages of JSON are taken and need no tag
 * @param journalTimeout longest time of one group in the database
 * @param clock the host's
 * @param feeds asks the database for its feeds
 */
public record Circumstances(
        boolean allowWeakQueue,
        boolean jsonWithoutKey,
        Duration journalTimeout,
        Clock clock,
        Supplier<List<FeedState>> feeds) {}
