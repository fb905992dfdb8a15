/** Reads what happened to orders in the order of its numbers. Not part of the public API. */
package io.orderflow.internal.feed;
