package io.orderflow.internal.feed;

import io.orderflow.FeedState;
import java.time.Instant;

/**
 * A feed as the database had it at one moment. Immutable.
 *
 * @param state how far it was read
 * @param since when the oldest happened that is not read, by the database's clock; the moment of the look if all is
 * @param held whether a reader had its turn then
 */
record FeedLook(FeedState state, Instant since, boolean held) {}
