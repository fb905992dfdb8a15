/** Which orders a load test submits: how they are spread, what they hold, and each of them when it is asked for. */
package io.orderflow.examples.loadtest.orders;
