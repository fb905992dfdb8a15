/** The program that recomputes every wallet and every product from the records. */
package io.orderflow.examples.audit;
