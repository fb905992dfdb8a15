package io.orderflow.examples.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import io.orderflow.Acceptance;
import java.util.Locale;

/**
 * What a comparison measures, in the order of a round: the library stands between the programs that it is compared
 * with.
 */
enum BenchProgram {
    /** The ceiling: groups of 500 accepted on one connection while another decides them in batches of 500. */
    BARE_BATCHES("bare JDBC, batches of 500"),
    /** The library, orders in batches. */
    LIBRARY("library, batches of up to 500"),
    /** The same with a journal whose rows are groups. */
    LIBRARY_GROUP_JOURNAL("library, group journal, batches of up to 500"),
    /** The same as the ceiling, but what is changed is locked and read first. */
    BARE_BATCHES_LOCKING("bare JDBC, batches of 500 with locking reads"),
    /** The library, each order decided in a transaction of its own by several workers. */
    LIBRARY_ONE_ORDER("library, one order per transaction, %d workers"),
    /** Orders that were accepted before, each decided in a transaction of its own by several threads. */
    BARE_ONE_ORDER_THREADS("bare JDBC, one order per transaction, %d threads"),
    /** The same by one thread. */
    BARE_ONE_ORDER("bare JDBC, one order per transaction, 1 thread"),
    /** One pending order row per commit on one connection. */
    BARE_COMMITS("bare JDBC, one row per commit, 1 thread");

    private final String title;

    BenchProgram(String title) {
        this.title = title;
    }

    /** What it is, for a person. */
    String title(BenchPlan plan) {
        return String.format(Locale.ROOT, title, plan.oneOrderWorkers());
    }

    /** Its name in the JSON object. */
    @JsonValue
    String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** When the library accepts an order in it. */
    Acceptance acceptance() {
        return this == LIBRARY_GROUP_JOURNAL ? Acceptance.GROUP_JOURNAL : Acceptance.ROW_JOURNAL;
    }

    /** Orders that it does in each round. */
    int orders(BenchPlan plan) {
        return switch (this) {
            case BARE_BATCHES, LIBRARY, LIBRARY_GROUP_JOURNAL, BARE_BATCHES_LOCKING -> plan.orders();
            default -> plan.oneOrders();
        };
    }
}
