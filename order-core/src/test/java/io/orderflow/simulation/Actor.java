package io.orderflow.simulation;

import io.orderflow.queue.QueueConsumer;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** Somebody who runs on the one thread now and then, and what ends when he dies. */
final class Actor {
    private final String name;
    final List<Connection> connections = new ArrayList<>();
    final List<QueueConsumer> consumers = new ArrayList<>();

    Actor(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
