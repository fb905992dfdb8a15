/** The program that lists orders that wait for a verdict. */
package io.orderflow.examples.pending;
