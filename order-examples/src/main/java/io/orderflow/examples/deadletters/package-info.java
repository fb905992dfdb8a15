/** The program that looks at dead letters, brings parked orders back, and discards what nobody needs. */
package io.orderflow.examples.deadletters;
