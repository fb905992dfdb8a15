/** The first program to run: one small shop, every verdict, a worker that stops and comes back, and the audit. */
package io.orderflow.examples.quickstart;
