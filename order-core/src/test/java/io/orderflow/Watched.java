package io.orderflow;

import io.orderflow.internal.engine.Step;

/** Opens the builder's door for tests to tests in other packages. */
public final class Watched {
    private Watched() {}

    /** The builder with a watcher that is told each step of the workers. */
    public static OrderProcessor.Builder watch(OrderProcessor.Builder builder, Step.Watcher watcher) {
        return builder.watcher(watcher);
    }
}
