/**
 * The journal: order rows in state PENDING, written in groups before the submitter gets its answer. The intake writes
 * it, the workers decide from it.
 */
package io.orderflow.internal.journal;
