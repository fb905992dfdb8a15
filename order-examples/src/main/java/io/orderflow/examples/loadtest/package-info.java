/**
 * Two programs that measure: {@code loadtest} drives orders through the whole pipeline and checks every one of them in
 * the database afterwards; {@code loadtest baseline} does the same row changes with bare JDBC, for comparison.
 */
package io.orderflow.examples.loadtest;
