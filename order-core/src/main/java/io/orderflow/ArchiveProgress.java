package io.orderflow;

/** Hears how far an archive run has come. Called by the thread that runs it, with no transaction open. */
@FunctionalInterface
public interface ArchiveProgress {
    /**
     * A piece is done.
     *
     * @return whether to go on; a run that stops is not {@link ArchiveSummary#complete}
     */
    boolean goOn(ArchiveSummary soFar);
}
