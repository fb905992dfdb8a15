/**
 * Small programs to copy, one for each thing that a host does with the library. Each is whole in itself but for
 * {@link io.orderflow.examples.embed.Database}. Without arguments each runs by itself: the database is H2 in memory,
 * and the servers of queues are on localhost.
 */
package io.orderflow.examples.embed;
