/**
 * Threads that run a step again and again, the sleep between two steps, and pauses that grow. Not part of the public
 * API.
 */
package io.orderflow.internal.loop;
