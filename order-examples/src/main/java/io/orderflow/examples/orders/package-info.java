/** The program that shows orders, finds them and tells their life. */
package io.orderflow.examples.orders;
