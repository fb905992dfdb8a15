package io.orderflow.simulation;

import java.util.Optional;

/** Who runs now. A simulation has one thread, and what he opens is his. */
final class Stage {
    private Optional<Actor> actor = Optional.empty();
    private int depth;

    /** One appearance. */
    @FunctionalInterface
    interface Scene {
        void play() throws InterruptedException;
    }

    Optional<Actor> actor() {
        return actor;
    }

    /** Whether somebody runs in the middle of somebody else's step. */
    boolean isNested() {
        return depth > 1;
    }

    void play(Actor who, Scene scene) throws InterruptedException {
        Optional<Actor> before = actor;
        actor = Optional.of(who);
        depth++;
        try {
            scene.play();
        } finally {
            depth--;
            actor = before;
        }
    }
}
