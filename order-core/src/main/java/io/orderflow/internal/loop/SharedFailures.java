package io.orderflow.internal.loop;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Failures of a loop that are met by others too, and told to the log with theirs.
 *
 * @param outage what they are told as
 * @param isOne whether a failure is one of them
 * @param reason why it failed, in one line
 */
public record SharedFailures(Outage outage, Predicate<Throwable> isOne, Function<Throwable, String> reason) {
    /** Whether it was told here. */
    boolean tell(String thread, Throwable failure) {
        boolean shared = isOne.test(failure);
        if (shared) {
            outage.met(thread, "", reason.apply(failure));
        }
        return shared;
    }
}
