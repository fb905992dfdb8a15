package io.orderflow.examples.relay;

import io.orderflow.FeedConfig;
import io.orderflow.FeedStart;

/**
 * What a relay reads.
 *
 * @param feed the name of the feed
 * @param start where it begins if the database does not know it
 * @param config how it is read
 */
record RelayPlan(String feed, FeedStart start, FeedConfig config) {}
