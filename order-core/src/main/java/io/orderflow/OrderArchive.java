package io.orderflow;

/**
 * Takes old orders out of the tables: each is written to a sink, and then deleted with its lines, its changes and, when
 * nothing is left of them, the batches that decided it. Thread-safe; several may run at once, also in other processes.
 *
 * <p>Archived are orders whose story is over ({@code COMPLETED}, {@code REJECTED}, {@code CANCELLED}, {@code EXPIRED},
 * {@code REFUNDED}), when their decision and all their changes are older than the bound and every feed has read them.
 * An order that has a dead letter stays, and so does one whose group is still in the journal, or whose worker died and
 * recovery has not seen to that yet. Wallets and stock are not touched, the audit stays exact: what archived orders
 * took is kept as an opening balance for each buyer and product.
 *
 * <p>An order is written before it is deleted. So a run that is killed in between, or two runs at once, write an order
 * twice; order id and decision number tell that. Nothing is deleted that was not written. Whoever calls again goes on.
 *
 * <p>Each method may throw {@link StoreUnavailableException} when the database cannot be reached or does not answer.
 * What was archived before stays archived.
 */
public interface OrderArchive {
    /**
     * Archives all that can be archived now.
     *
     * @throws java.io.UncheckedIOException if the sink failed; what it was given last is still in the tables
     * @throws SchemaException if the user lacks a right that archiving needs, see
     *     {@link OrderSchema#checkForArchiving}; nothing was done
     */
    default ArchiveSummary run(ArchiveConfig config, ArchiveSink sink) {
        return run(config, sink, soFar -> true);
    }

    /**
     * The same.
     *
     * @param progress asked after each piece whether to go on
     * @throws java.io.UncheckedIOException if the sink failed; what it was given last is still in the tables
     * @throws SchemaException if the user lacks a right that archiving needs, see
     *     {@link OrderSchema#checkForArchiving}; nothing was done
     */
    ArchiveSummary run(ArchiveConfig config, ArchiveSink sink, ArchiveProgress progress);

    /** Counts what a run would archive, and changes nothing. Reads all of it, at the pace of a run. */
    default ArchiveSummary count(ArchiveConfig config) {
        return count(config, soFar -> true);
    }

    /**
     * The same.
     *
     * @param progress asked after each piece whether to go on
     */
    ArchiveSummary count(ArchiveConfig config, ArchiveProgress progress);

    /**
     * About how many orders a run would look at, for a bar of its progress: quick, since no order is read. What stays
     * for any reason is counted too, and orders that were cancelled before their decision are not.
     */
    long estimate(ArchiveConfig config);
}
