package io.orderflow.examples.common;

import java.util.function.Predicate;

/** Tells the options on the command line from those of a profile, which give way to them. */
public final class GivenOnCommandLine {
    /** The option that names a profile. */
    public static final String PROFILE = "--profile";

    private final Predicate<String> given;

    public GivenOnCommandLine(Predicate<String> given) {
        this.given = given;
    }

    /** Whether an option stands on the command line. */
    public boolean has(String option) {
        return given.test(option);
    }

    /** Whether options may come from a profile. */
    public boolean hasProfile() {
        return has(PROFILE);
    }

    /**
     * Whether an option is set and holds beside one that contradicts it: not when only the other one stands on the
     * command line. Two that stand in the same place both hold, and the caller refuses them.
     */
    public boolean wins(String mine, boolean mineIsSet, String other, boolean otherIsSet) {
        return mineIsSet && !(otherIsSet && given.test(other) && !given.test(mine));
    }
}
