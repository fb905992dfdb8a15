/**
 * Submits the orders of a load test: the shop is filled, a phase is submitted at its pace, over HTTP or in this
 * process, to the programs of the site, and waited for until each order has its verdict.
 */
package io.orderflow.examples.loadtest.driving;
