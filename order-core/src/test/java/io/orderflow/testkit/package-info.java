/**
 * What a host tests its own code with, against the library itself and in milliseconds: a shop in memory whose orders
 * are decided when the test says so ({@link io.orderflow.testkit.TestShop}), the clock that it lives by
 * ({@link io.orderflow.testkit.TestClock}), and a queue that loses and repeats messages
 * ({@link io.orderflow.testkit.UnreliableQueue}).
 *
 * <p>Needs H2 beside {@code order-core}, and no test framework. It is for tests alone: it reaches into packages of the
 * library that may change with any version, so use the kit of the same version.
 */
package io.orderflow.testkit;
