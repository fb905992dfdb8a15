/** Threads that run a step again and again, and the sleep between two steps. Not part of the public API. */
package io.orderflow.internal.loop;
