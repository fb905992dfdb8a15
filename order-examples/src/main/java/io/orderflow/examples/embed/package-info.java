/**
 * Small programs to copy, one for each thing that a host does with the library. Each is whole in itself but for
 * {@link io.orderflow.examples.embed.Database}; {@code PageMain} and {@code TracingMain} take along what fits them to
 * an HTTP server and to a collector of spans. Without arguments each runs by itself: the database is H2 in memory, and
 * the servers of queues are on localhost.
 */
package io.orderflow.examples.embed;
