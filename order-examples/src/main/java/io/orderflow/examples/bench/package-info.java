/**
 * Bare JDBC with the library's row changes: {@code bench} measures it and the library in turns, {@code loadtest
 * baseline} measures it alone.
 */
package io.orderflow.examples.bench;
