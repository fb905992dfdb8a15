/** The Java of the README, compiled and run, and checks that hold its tables against the code. */
package io.orderflow.samples;
