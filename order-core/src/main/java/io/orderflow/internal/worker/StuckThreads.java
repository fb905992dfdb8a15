package io.orderflow.internal.worker;

import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.loop.Outage;
import io.orderflow.internal.loop.Outages;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which threads do not come on, as the log knows it: those that are at the same thing are told as one. Thread-safe. */
final class StuckThreads {
    private final Outages outages;
    private final Map<String, Outage> told = new ConcurrentHashMap<>();

    StuckThreads(Outages outages) {
        this.outages = outages;
    }

    /** This thread does not come on, or still does not. */
    void found(String name, String what, Loop loop) {
        Outage shared = outages.stuck(what);
        if (told.putIfAbsent(name, shared) == null) {
            shared.met(name, loop.calls().toString(), what);
        }
    }

    /** This thread comes on, if it did not. */
    void freed(String name) {
        Outage shared = told.remove(name);
        if (shared != null) {
            shared.over(name);
        }
    }

    /** This thread is gone. */
    void forget(String name) {
        Outage shared = told.remove(name);
        if (shared != null) {
            shared.left(name);
        }
    }
}
