package io.orderflow.examples.loadtest.report;

import java.util.List;

/** A piece of a report's section. */
sealed interface Block {
    /**
     * A table.
     *
     * @param header names of the columns
     * @param rows as many cells in each as the header has
     */
    record Table(List<String> header, List<List<String>> rows) implements Block {}

    /** A chart. */
    record Picture(Chart chart) implements Block {}

    /**
     * Something that the run did not measure.
     *
     * @param what what is missing
     * @param reason why
     */
    record Unmeasured(String what, String reason) implements Block {}
}
