package io.orderflow.examples.archive;

import io.orderflow.ArchiveSummary;
import io.orderflow.examples.common.Rounded;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * What a run of the program did, as text and as JSON.
 *
 * @param ok whether all that is old enough is archived, or would be
 * @param dryRun whether it only counted
 * @param archived orders that were written and deleted, or would be
 * @param left orders that are old enough and stay
 * @param keysForgotten keys that are not known any more, or would not be
 * @param complete whether it came to the end of what is old enough and read
 * @param waitsFor the feed that has not read the rest
 * @param file where the orders are; empty if none was written
 * @param milliseconds how long it took
 */
record ArchiveResult(
        boolean ok,
        boolean dryRun,
        long archived,
        long left,
        long keysForgotten,
        boolean complete,
        Optional<String> waitsFor,
        Optional<String> file,
        long milliseconds) {
    static ArchiveResult of(ArchiveSummary summary, boolean dryRun, Optional<String> file, long milliseconds) {
        return new ArchiveResult(
                summary.complete() && summary.waitsFor().isEmpty(),
                dryRun,
                summary.archived(),
                summary.left(),
                summary.keysForgotten(),
                summary.complete(),
                summary.waitsFor(),
                file,
                milliseconds);
    }

    void print(PrintWriter out) {
        String verb = dryRun ? " would be " : " ";
        out.println("  " + Rounded.count(archived) + " orders" + verb + "archived"
                + file.map(path -> " to " + path).orElse("") + pace());
        if (left > 0) {
            out.println("  " + Rounded.count(left) + " that are as old stay: they are not final, were changed lately,"
                    + " have a dead letter, or somebody held them");
        }
        if (keysForgotten > 0) {
            out.println("  " + Rounded.count(keysForgotten) + " keys" + verb + "forgotten");
        }
        waitsFor.ifPresent(
                feed -> out.println("  the feed " + feed + " has not read all that is old enough; the rest waits"));
        if (!complete) {
            out.println("  stopped before the end: run it again for the rest");
        }
        if (dryRun) {
            out.println("  nothing was changed");
        }
    }

    private String pace() {
        return milliseconds == 0 || archived == 0 || dryRun
                ? ""
                : " in " + Rounded.count(milliseconds) + " ms, " + Rounded.count(archived * 1_000 / milliseconds)
                        + " a second";
    }
}
