package io.orderflow.examples.archive;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveSummary;
import io.orderflow.OrderArchive;
import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.common.Progress;
import io.orderflow.examples.common.Rounded;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/** One run, whose progress is shown, and which ends after the piece in work when it is told to. Used once. */
final class ArchiveWork {
    private final ArchiveConfig config;
    private final Interruption interruption;
    private final boolean shown;
    private final PrintWriter err;
    private volatile ArchiveSummary soFar = new ArchiveSummary(0, 0, 0, false, Optional.empty());

    ArchiveWork(ArchiveConfig config, Interruption interruption, boolean shown, PrintWriter err) {
        this.config = config;
        this.interruption = interruption;
        this.shown = shown;
        this.err = err;
    }

    /** Only counts. */
    ArchiveResult count(OrderArchive archive) {
        return run("count", archive, Optional.empty());
    }

    /**
     * Archives.
     *
     * @throws RuntimeException if it failed; what was archived before stays archived, and is told
     */
    ArchiveResult archive(OrderArchive archive, ArchiveTarget target) {
        try {
            return run("archive", archive, Optional.of(target));
        } catch (RuntimeException e) {
            err.println("  " + Rounded.count(soFar.archived()) + " orders were archived"
                    + target.written().map(path -> " to " + path).orElse("") + " before it failed; run it again for the"
                    + " rest");
            if (e instanceof UncheckedIOException failure) {
                IOException cause = failure.getCause();
                throw ArchiveTarget.cannotBeWritten(cause);
            }
            throw e;
        }
    }

    private ArchiveResult run(String name, OrderArchive archive, Optional<ArchiveTarget> target) {
        long began = System.nanoTime();
        Progress progress = shown
                ? Progress.Bars.on(System.err)
                        .start(name, archive.estimate(config), () -> soFar.archived() + soFar.left(), this::details)
                : Progress.Bars.none().start(name, Progress.UNKNOWN, () -> 0);
        ArchiveSummary summary;
        try {
            summary = target.isEmpty()
                    ? archive.count(config, this::pieceDone)
                    : archive.run(config, target.get(), this::pieceDone);
        } finally {
            progress.close();
        }
        long milliseconds = (System.nanoTime() - began) / 1_000_000;
        return ArchiveResult.of(summary, target.isEmpty(), target.flatMap(ArchiveTarget::written), milliseconds);
    }

    private boolean pieceDone(ArchiveSummary now) {
        soFar = now;
        return !interruption.isRequested();
    }

    private String details() {
        ArchiveSummary now = soFar;
        String keys = now.keysForgotten() == 0 ? "" : ", " + Rounded.count(now.keysForgotten()) + " keys forgotten";
        return now.left() == 0 && keys.isEmpty() ? "" : Rounded.count(now.left()) + " stay" + keys;
    }
}
