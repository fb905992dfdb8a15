/** The program {@code health}. */
package io.orderflow.examples.health;
