package io.orderflow.simulation;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveSink;
import io.orderflow.internal.journal.Journal;
import io.orderflow.queue.OrderQueue;
import javax.sql.DataSource;

/** A deliberate fault, put into what a run is made of. This one is none. */
class Mutant {
    static final Mutant NONE = new Mutant();

    DataSource database(DataSource database) {
        return database;
    }

    OrderQueue queue(OrderQueue queue) {
        return queue;
    }

    Journal journal(Journal journal) {
        return journal;
    }

    /** How keys are kept, and what is archived. */
    ArchiveConfig archive(ArchiveConfig config) {
        return config;
    }

    ArchiveSink sink(ArchiveSink sink) {
        return sink;
    }

    boolean recovers() {
        return true;
    }
}
