/** The program that shows how a shop does, again and again. */
package io.orderflow.examples.top;
