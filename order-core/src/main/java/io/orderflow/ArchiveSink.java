package io.orderflow;

import java.io.IOException;
import java.util.List;

/** Where archived orders go: an {@link ArchiveFile}, or code of the host's. Called by one thread at a time in a run. */
@FunctionalInterface
public interface ArchiveSink {
    /**
     * Keeps orders. They are deleted from the tables when this returns, so they must be safe by then, on the disk and
     * not in a buffer. The same order may come again.
     *
     * @param orders 1 to {@link Limits#BATCH_ORDERS}
     * @throws IOException if they are not kept; they stay in the tables, and the run ends
     */
    void write(List<ArchivedOrder> orders) throws IOException;
}
