/**
 * The example programs: one runnable jar, one command per program. {@link io.orderflow.examples.Main} is the entry
 * point.
 */
package io.orderflow.examples;
