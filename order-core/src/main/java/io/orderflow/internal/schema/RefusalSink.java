package io.orderflow.internal.schema;

import io.orderflow.SchemaException;

/** Told of what is refused. */
@FunctionalInterface
interface RefusalSink {
    /** Refuses at the first one. */
    RefusalSink THROWN = (what, why) -> {
        throw new SchemaException(why);
    };

    /**
     * Something is refused.
     *
     * @param why what is wrong and what to change
     */
    void add(ServerRefusal what, String why);
}
