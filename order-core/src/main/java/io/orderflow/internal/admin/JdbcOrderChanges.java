package io.orderflow.internal.admin;

import static java.util.Objects.requireNonNull;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.OrderChanges;
import io.orderflow.OrderRequest;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.CancelTransaction;
import io.orderflow.internal.engine.Cancellation;
import io.orderflow.internal.engine.OrderChange;
import io.orderflow.internal.engine.Refund;
import io.orderflow.internal.engine.RefundTransaction;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Changes of orders in the database. Thread-safe. */
public final class JdbcOrderChanges implements OrderChanges {
    private final Tables tables;
    private final Transactions transactions;
    private final OrderReader reader;
    private final CarriedOrders carried;
    private final Consumer<Collection<UUID>> decided;
    private final Telemetry telemetry;
    private final HoldEnds holds;
    private final ChangeLine<CancelRequest, CancelResult> cancellations;
    private final ChangeLine<RefundRequest, RefundResult> refunds;

    /**
     * Changes orders of the tables.
     *
     * @param decided told the orders that are cancelled, after the commit
     */
    public JdbcOrderChanges(
            Tables tables,
            Transactions transactions,
            OrderReader reader,
            CarriedOrders carried,
            Consumer<Collection<UUID>> decided,
            Telemetry telemetry) {
        this.tables = tables;
        this.transactions = transactions;
        this.reader = reader;
        this.carried = carried;
        this.decided = decided;
        this.telemetry = telemetry;
        this.holds = new HoldEnds(tables, transactions, reader, carried, telemetry);
        FutureAnswers answers = new FutureAnswers();
        this.cancellations = new ChangeLine<>("cancellations", this::cancelAll, transactions.timeout(), answers);
        this.refunds = new ChangeLine<>("refunds", this::refundAll, transactions.timeout(), answers);
    }

    /** What keeps the threads of changes that nobody waits for from their work, by the thread's name. */
    public Map<String, String> troubles() {
        Map<String, String> troubles = new TreeMap<>();
        cancellations.trouble().ifPresent(why -> troubles.put(cancellations.name(), why));
        refunds.trouble().ifPresent(why -> troubles.put(refunds.name(), why));
        return troubles;
    }

    /** Takes no more changes that nobody waits for, and does those that stand in line as far as there is time. */
    public void close(Duration bound) {
        long end = System.nanoTime() + bound.toNanos();
        cancellations.close(bound);
        refunds.close(Duration.ofNanos(end - System.nanoTime()));
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
        return transactions.run(
                "cancellations",
                requests.stream().map(JdbcOrderChanges::cancellationOf).toList(),
                this::cancel);
    }

    @Override
    public CompletableFuture<CancelResult> cancelAsync(CancelRequest request) {
        return cancellations.add(requireNonNull(request, "request"));
    }

    @Override
    public CancelResult cancel(Connection connection, CancelRequest request) throws SQLException {
        return cancelAll(connection, List.of(request)).get(0);
    }

    @Override
    public List<CancelResult> cancelAll(Connection connection, List<CancelRequest> requests) throws SQLException {
        List<Cancellation> asked =
                requests.stream().map(JdbcOrderChanges::cancellationOf).toList();
        return HostWork.run(
                connection,
                asked.size(),
                host -> cancellation(host, asked, withoutRows(connection, asked))
                        .runWithin());
    }

    private CancelTransaction cancellation(
            Session session, List<Cancellation> piece, Map<UUID, OrderEntry> withoutRows) {
        return new CancelTransaction(tables, session, piece, withoutRows, reader::orders);
    }

    private static Cancellation cancellationOf(CancelRequest asked) {
        return new Cancellation(
                OrderChange.idOf(asked.orderId(), asked.reference()),
                asked.orderId(),
                asked.reference(),
                asked.request().map(OrderEntry::of));
    }

    private List<CancelResult> cancel(Session session, List<Cancellation> piece) throws SQLException {
        Connection connection = session.connection();
        Map<UUID, OrderEntry> withoutRows = withoutRows(connection, piece);
        // that was a look, and no part of the transaction
        connection.commit();
        List<CancelResult> results = cancellation(session, piece, withoutRows).run();
        decided.accept(results.stream()
                .filter(CancelResult.Cancelled.class::isInstance)
                .map(CancelResult::orderId)
                .toList());
        results.forEach(result -> telemetry.cancelled(result.outcome()));
        return results;
    }

    /** Orders whose content is known need no search, which takes longer the larger the backlog is. */
    private Map<UUID, OrderEntry> withoutRows(Connection connection, List<Cancellation> piece) throws SQLException {
        List<UUID> searched = piece.stream()
                .filter(asked -> asked.content().isEmpty())
                .map(Cancellation::orderId)
                .distinct()
                .toList();
        Map<UUID, OrderEntry> found = searched.isEmpty() ? new HashMap<>() : carried.withoutRows(connection, searched);
        for (Cancellation asked : piece) {
            carried.remembered(asked.orderId()).ifPresent(entry -> found.put(entry.id(), entry));
        }
        return found;
    }

    @Override
    public ConfirmResult confirm(UUID orderId, String reference) {
        return confirmAll(List.of(new ConfirmRequest(orderId, reference))).get(0);
    }

    @Override
    public List<ConfirmResult> confirmAll(List<ConfirmRequest> requests) {
        return holds.confirmAll(requests);
    }

    @Override
    public ReleaseResult release(UUID orderId, String reference) {
        return releaseAll(List.of(new ReleaseRequest(orderId, reference))).get(0);
    }

    @Override
    public List<ReleaseResult> releaseAll(List<ReleaseRequest> requests) {
        return holds.releaseAll(requests);
    }

    @Override
    public RefundResult refund(RefundRequest request) {
        return refundAll(List.of(request)).get(0);
    }

    @Override
    public List<RefundResult> refundAll(List<RefundRequest> requests) {
        return transactions.run(
                "refunds", requests.stream().map(JdbcOrderChanges::refundOf).toList(), this::refund);
    }

    private List<RefundResult> refund(Session session, List<Refund> piece) throws SQLException {
        List<RefundResult> results = new RefundTransaction(tables, session, piece).run();
        results.forEach(result -> telemetry.refunded(result.outcome()));
        return results;
    }

    @Override
    public CompletableFuture<RefundResult> refundAsync(RefundRequest request) {
        return refunds.add(requireNonNull(request, "request"));
    }

    @Override
    public RefundResult refund(Connection connection, RefundRequest request) throws SQLException {
        return refundAll(connection, List.of(request)).get(0);
    }

    @Override
    public List<RefundResult> refundAll(Connection connection, List<RefundRequest> requests) throws SQLException {
        List<Refund> asked = requests.stream().map(JdbcOrderChanges::refundOf).toList();
        return HostWork.run(connection, asked.size(), host -> new RefundTransaction(tables, host, asked).runWithin());
    }

    private static Refund refundOf(RefundRequest asked) {
        return new Refund(
                OrderChange.idOf(asked.orderId(), asked.reference()),
                asked.orderId(),
                asked.reference(),
                asked.lines().stream().collect(Collectors.toMap(RefundLine::line, RefundLine::quantity)),
                asked.restock());
    }
}
