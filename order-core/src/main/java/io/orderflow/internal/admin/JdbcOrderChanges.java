package io.orderflow.internal.admin;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Changes of orders in the database. Thread-safe. */
public final class JdbcOrderChanges implements OrderChanges {
    private final Cancellations cancellations;
    private final Confirmations confirmations;
    private final Releases releases;
    private final Refunds refunds;
    private final List<ChangeKind<?, ?, ?>> kinds;

    /**
     * Changes orders of the tables.
     *
     * @param decided told the orders that are cancelled, after the commit
     * @param changed told that something was changed, after the commit
     */
    public JdbcOrderChanges(
            Tables tables,
            Transactions transactions,
            CarriedOrders carried,
            Consumer<Collection<UUID>> decided,
            Runnable changed,
            Telemetry telemetry) {
        FutureAnswers answers = new FutureAnswers();
        this.cancellations = new Cancellations(tables, transactions, answers, carried, results -> {
            decided.accept(cancelled(results));
            changed.run();
            results.forEach(result -> telemetry.cancelled(result.outcome()));
        });
        this.confirmations = new Confirmations(tables, transactions, answers, carried, results -> {
            changed.run();
            results.forEach(result -> telemetry.confirmed(result.outcome()));
        });
        this.releases = new Releases(tables, transactions, answers, carried, results -> {
            changed.run();
            results.forEach(result -> telemetry.released(result.outcome()));
        });
        this.refunds = new Refunds(tables, transactions, answers, results -> {
            changed.run();
            results.forEach(result -> telemetry.refunded(result.outcome()));
        });
        this.kinds = List.of(cancellations, confirmations, releases, refunds);
    }

    private static List<UUID> cancelled(List<CancelResult> results) {
        return results.stream()
                .filter(CancelResult.Cancelled.class::isInstance)
                .map(CancelResult::orderId)
                .toList();
    }

    /** What keeps the threads of changes that nobody waits for from their work, by the thread's name. */
    public Map<String, String> troubles() {
        Map<String, String> troubles = new TreeMap<>();
        kinds.forEach(kind -> kind.addTrouble(troubles));
        return troubles;
    }

    /** Takes no more changes that nobody waits for, and does those that stand in line as far as there is time. */
    public void close(Duration bound) {
        long end = System.nanoTime() + bound.toNanos();
        kinds.forEach(kind -> kind.close(Duration.ofNanos(end - System.nanoTime())));
    }

    @Override
    public CancelResult cancel(UUID orderId, String reference) {
        return cancelAll(List.of(new CancelRequest(orderId, reference))).get(0);
    }

    @Override
    public CancelResult cancel(OrderRequest request, String reference) {
        return cancelAll(List.of(CancelRequest.of(request, reference))).get(0);
    }

    @Override
    public List<CancelResult> cancelAll(List<CancelRequest> requests) {
        return cancellations.all(requests);
    }

    @Override
    public CompletableFuture<CancelResult> cancelAsync(CancelRequest request) {
        return cancellations.later(request);
    }

    @Override
    public CancelResult cancel(Connection connection, CancelRequest request) throws SQLException {
        return cancelAll(connection, List.of(request)).get(0);
    }

    @Override
    public List<CancelResult> cancelAll(Connection connection, List<CancelRequest> requests) throws SQLException {
        return cancellations.within(connection, requests);
    }

    @Override
    public ConfirmResult confirm(UUID orderId, String reference) {
        return confirmAll(List.of(new ConfirmRequest(orderId, reference))).get(0);
    }

    @Override
    public List<ConfirmResult> confirmAll(List<ConfirmRequest> requests) {
        return confirmations.all(requests);
    }

    @Override
    public CompletableFuture<ConfirmResult> confirmAsync(ConfirmRequest request) {
        return confirmations.later(request);
    }

    @Override
    public ConfirmResult confirm(Connection connection, ConfirmRequest request) throws SQLException {
        return confirmAll(connection, List.of(request)).get(0);
    }

    @Override
    public List<ConfirmResult> confirmAll(Connection connection, List<ConfirmRequest> requests) throws SQLException {
        return confirmations.within(connection, requests);
    }

    @Override
    public ReleaseResult release(UUID orderId, String reference) {
        return releaseAll(List.of(new ReleaseRequest(orderId, reference))).get(0);
    }

    @Override
    public List<ReleaseResult> releaseAll(List<ReleaseRequest> requests) {
        return releases.all(requests);
    }

    @Override
    public CompletableFuture<ReleaseResult> releaseAsync(ReleaseRequest request) {
        return releases.later(request);
    }

    @Override
    public ReleaseResult release(Connection connection, ReleaseRequest request) throws SQLException {
        return releaseAll(connection, List.of(request)).get(0);
    }

    @Override
    public List<ReleaseResult> releaseAll(Connection connection, List<ReleaseRequest> requests) throws SQLException {
        return releases.within(connection, requests);
    }

    @Override
    public RefundResult refund(RefundRequest request) {
        return refundAll(List.of(request)).get(0);
    }

    @Override
    public List<RefundResult> refundAll(List<RefundRequest> requests) {
        return refunds.all(requests);
    }

    @Override
    public CompletableFuture<RefundResult> refundAsync(RefundRequest request) {
        return refunds.later(request);
    }

    @Override
    public RefundResult refund(Connection connection, RefundRequest request) throws SQLException {
        return refundAll(connection, List.of(request)).get(0);
    }

    @Override
    public List<RefundResult> refundAll(Connection connection, List<RefundRequest> requests) throws SQLException {
        return refunds.within(connection, requests);
    }
}
