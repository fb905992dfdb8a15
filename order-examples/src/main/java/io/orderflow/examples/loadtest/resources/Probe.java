package io.orderflow.examples.loadtest.resources;

import java.util.Optional;

/** Reads the figures of one component. Used by one thread at a time. */
interface Probe {
    /** Reads now; empty when the component has ended. */
    Optional<ResourceReading> read();

    /** What is read, for a person: a process or a container. */
    String what();

    /** Why this probe never has the figure, or did not have it in its readings. */
    String whyMissing(Figure figure);
}
