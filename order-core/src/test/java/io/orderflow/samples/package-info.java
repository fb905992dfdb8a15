/** The Java of the README and of docs/, compiled and run, and checks that hold its tables against the code. */
package io.orderflow.samples;
