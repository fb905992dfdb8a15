package io.orderflow.examples.export;

/**
 * What an export did, as JSON.
 *
 * @param ok whether all that was asked for is in the file
 * @param orders how many that is; those that were read by then when it was interrupted
 * @param file where they are; nothing is there when it was interrupted
 * @param milliseconds how long it took
 */
record ExportResult(boolean ok, long orders, String file, long milliseconds) {}
