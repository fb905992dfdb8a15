package io.orderflow.examples.loadtest;

import io.orderflow.AuditReport;
import io.orderflow.OrderProcessor;
import io.orderflow.examples.common.Interruption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The audit after a load test, which may take minutes on a large shop. */
final class LastAudit {
    private static final long GLANCE_MILLIS = 100;

    private LastAudit() {}

    /** Empty when the person does not want to wait for it. */
    static Optional<AuditReport> of(OrderProcessor orders, Interruption interruption) {
        if (interruption.isRequested()) {
            return Optional.empty();
        }
        CompletableFuture<AuditReport> audit = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        audit.complete(orders.audit());
                    } catch (RuntimeException e) {
                        audit.completeExceptionally(e);
                    }
                },
                "audit");
        thread.setDaemon(true);
        thread.start();
        while (!interruption.isRequested()) {
            try {
                return Optional.of(audit.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                // it goes on
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failed ? failed : new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted in the audit", e);
            }
        }
        return Optional.empty();
    }
}
