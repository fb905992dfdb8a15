package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What an archive run did.
 *
 * @param archived orders that were written and deleted
 * @param left orders of decisions beyond the bound that stay: they are not final, were changed lately, have a dead
 *     letter, or somebody held them; those behind a feed's cursor are not counted
 * @param keysForgotten orders whose keys were known until now and are not any more
 * @param complete whether it came to the end of what is old enough, or to a feed that has not read it
 * @param waitsFor the feed that has read the least, if there is more that is old enough and not read by it
 */
public record ArchiveSummary(
        long archived, long left, long keysForgotten, boolean complete, Optional<String> waitsFor) {
    /** Checks that nothing is null. */
    public ArchiveSummary {
        requireNonNull(waitsFor, "waitsFor");
    }
}
