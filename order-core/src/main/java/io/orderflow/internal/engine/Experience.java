package io.orderflow.internal.engine;

/**
 * What the batches of one process so far teach the next. It saves statements and is never relied on: what it says is
 * checked by the statements that a batch runs anyway. Thread-safe.
 *
 * @param stock the products as they were last left
 * @param noRows which orders that a queue delivers have no rows
 * @param enoughMoney that all buyers have wallets which can pay. Then the updates that take the money tell as much as
 *     reads before them, see {@link GuardedUpdates}
 * @param loneRow that the row of an order which comes alone is there, undecided, and held by nobody: see
 *     {@link LoneRow}
 */
record Experience(StockMemory stock, NoRows noRows, Expectation enoughMoney, Expectation loneRow) {
    /** Of a process that has decided nothing yet. */
    Experience() {
        this(new StockMemory(), new NoRows(), new Expectation(), new Expectation());
    }
}
