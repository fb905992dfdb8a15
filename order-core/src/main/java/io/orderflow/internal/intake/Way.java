package io.orderflow.internal.intake;

/**
 * One of the two ways out of the line, as the router knows it.
 *
 * @param taker what the router calls it
 * @param breaker whether the place at its end works
 * @param wake has its thread look at the line
 */
record Way(Router.Taker taker, Breaker breaker, Runnable wake) {}
