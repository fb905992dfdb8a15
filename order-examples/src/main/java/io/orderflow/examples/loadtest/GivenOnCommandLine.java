package io.orderflow.examples.loadtest;

import java.util.function.Predicate;

/** Tells the options on the command line from those of a profile, which give way to them. */
final class GivenOnCommandLine {
    private final Predicate<String> given;

    GivenOnCommandLine(Predicate<String> given) {
        this.given = given;
    }

    /** Whether an option stands on the command line. */
    boolean has(String option) {
        return given.test(option);
    }

    /**
     * Whether an option is set and holds beside one that contradicts it: not when only the other one stands on the
     * command line. Two that stand in the same place both hold, and the caller refuses them.
     */
    boolean wins(String mine, boolean mineIsSet, String other, boolean otherIsSet) {
        return mineIsSet && !(otherIsSet && given.test(other) && !given.test(mine));
    }
}
