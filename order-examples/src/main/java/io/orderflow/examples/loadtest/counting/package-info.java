/**
 * Counts what becomes of the orders of a load test: answers, verdicts and their times, what the database says of each,
 * what its server counted, and how that is judged.
 */
package io.orderflow.examples.loadtest.counting;
