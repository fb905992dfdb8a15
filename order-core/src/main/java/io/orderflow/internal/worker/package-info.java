/** The workers: receive, decide, ack; isolation of what fails; recovery of what waits in the journal. */
package io.orderflow.internal.worker;
