package io.orderflow.internal.worker;

import io.orderflow.Health;

/**
 * A runner of this process and how it is.
 *
 * @param name what the names of its threads begin with
 * @param threads how many of them decide
 * @param health how it is, with its last poll and commit
 */
public record RunnerState(String name, int threads, Health health) {}
