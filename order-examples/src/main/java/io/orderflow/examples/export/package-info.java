/** The program that writes decided orders to a file. */
package io.orderflow.examples.export;
