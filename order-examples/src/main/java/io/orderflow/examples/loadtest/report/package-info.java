/**
 * The result of a load test, {@link io.orderflow.examples.loadtest.report.LoadResult}, and what is made of it: the
 * table for a terminal, the JSON file, and the pages with charts.
 */
package io.orderflow.examples.loadtest.report;
