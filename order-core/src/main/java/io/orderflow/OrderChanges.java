package io.orderflow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * What can be done to an order after it was accepted: cancel it while it is pending or reserved, confirm or release it
 * while it is reserved, and give back what it took once it is completed. Thread-safe. Each change is one transaction
 * with all that belongs to it, recorded append-only and numbered in one order with decisions and adjustments. It is
 * idempotent by its reference, which is unique among the changes of its order: the same again is a duplicate and
 * changes nothing.
 *
 * <p>Workers, queues and recovery are not asked: the order's row says what holds. A frame that brings an order which
 * was cancelled is skipped. Listeners are told of verdicts of workers alone; whoever changes an order has the result.
 *
 * <p>Each method may throw {@link StoreUnavailableException} when the database cannot be reached or does not answer
 * within the builder's {@code adjustmentTimeout}. It says how much was done; repeating the call is safe. A value
 * outside its range is refused with {@link InvalidOrderException} before anything is done.
 *
 * <p>The methods that take a connection do the same inside a transaction of the host's: the change holds when that
 * commits, and never was when it rolls back. All of a call is in the transaction, or nothing; after a failure the host
 * may go on with it, unless the server ended it, as after a deadlock. They wait for rows as long as the connection
 * does, and change nothing about it.
 *
 * <ul>
 *   <li>The connection must not be in autocommit, must not be read-only, and must be in READ COMMITTED: anything else
 *       is an {@link IllegalArgumentException}. It leads to the processor's database, with its tables in place, and not
 *       to a file of H2: in the host's transactions that is not safe when the process is killed.
 *   <li>The orders, wallets and products stay locked until the transaction ends, and the orders that need them wait. So
 *       the call should be the last thing before the commit. It takes {@link Limits#BATCH_ORDERS} changes at most, and
 *       locks their orders before wallets and products. Two calls in one transaction lock out of order: then the server
 *       may have to end it, or a batch, to end a deadlock. It is rolled back as a whole then, and a
 *       {@link java.sql.SQLTransactionRollbackException} says so; begin it again from its start.
 *   <li>What the connection says is thrown as it is, an {@link SQLException}, and never retried.
 * </ul>
 */
public interface OrderChanges {
    /**
     * Completes a reserved order: it keeps what it took. The row of the order decides against a release, a cancellation
     * or the expiry: whoever locks it first wins, and the other is told. Until a worker has expired the order it can be
     * confirmed, also a moment after {@link Order#heldUntil}: what it holds is still there for its buyer.
     *
     * @param reference the host's name for the confirmation, see {@link ConfirmRequest}
     */
    ConfirmResult confirm(UUID orderId, String reference);

    /**
     * Confirms many, in pieces of at most {@link Limits#BATCH_ORDERS} per transaction, in the order given. When a piece
     * fails, the ones before it stay done; repeating the whole call is safe.
     *
     * @return one result for each request, in the same order
     */
    List<ConfirmResult> confirmAll(List<ConfirmRequest> requests);

    /**
     * Confirms without waiting. What is asked for while others are under way is done together with more, up to
     * {@link Limits#BATCH_ORDERS} in one transaction, so that many at once are as fast as {@link #confirmAll}.
     *
     * @return completed with the result, or exceptionally as with {@link #cancelAsync}
     * @throws IllegalStateException if the processor is closed
     */
    CompletableFuture<ConfirmResult> confirmAsync(ConfirmRequest request);

    /**
     * Confirms inside a transaction of the host's.
     *
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    ConfirmResult confirm(Connection connection, ConfirmRequest request) throws SQLException;

    /**
     * Confirms many inside a transaction of the host's, at most {@link Limits#BATCH_ORDERS}.
     *
     * @return one result for each request, in the same order
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    List<ConfirmResult> confirmAll(Connection connection, List<ConfirmRequest> requests) throws SQLException;

    /**
     * Gives back all that a reserved order took: the pieces to the stock, the money to the wallet that paid. The order
     * is {@link OrderStatus#CANCELLED} then.
     *
     * @param reference the host's name for the release, see {@link ReleaseRequest}
     */
    ReleaseResult release(UUID orderId, String reference);

    /**
     * Releases many, in pieces of at most {@link Limits#BATCH_ORDERS} per transaction, in the order given. When a piece
     * fails, the ones before it stay done; repeating the whole call is safe.
     *
     * @return one result for each request, in the same order
     */
    List<ReleaseResult> releaseAll(List<ReleaseRequest> requests);

    /**
     * Releases without waiting. What is asked for while others are under way is done together with more, up to
     * {@link Limits#BATCH_ORDERS} in one transaction, so that many at once are as fast as {@link #releaseAll}.
     *
     * @return completed with the result, or exceptionally as with {@link #cancelAsync}
     * @throws IllegalStateException if the processor is closed
     */
    CompletableFuture<ReleaseResult> releaseAsync(ReleaseRequest request);

    /**
     * Releases inside a transaction of the host's.
     *
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    ReleaseResult release(Connection connection, ReleaseRequest request) throws SQLException;

    /**
     * Releases many inside a transaction of the host's, at most {@link Limits#BATCH_ORDERS}.
     *
     * @return one result for each request, in the same order
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    List<ReleaseResult> releaseAll(Connection connection, List<ReleaseRequest> requests) throws SQLException;

    /**
     * Cancels a pending order, which decides it: it takes nothing and never will. Of a reserved order, all that it took
     * is given back, as by {@link #release}. Whoever has the id can do it. Orders that the queue alone accepted are not
     * found before their verdict; see {@link #cancel(OrderRequest, String)}.
     *
     * @param reference the host's name for the cancellation, see {@link CancelRequest}
     */
    CancelResult cancel(UUID orderId, String reference);

    /**
     * Cancels an order whoever has it: the database, a queue alone, a submission that is under way, or nobody. An order
     * without a row gets one with this verdict and the request's content. What brings it later, a frame or a submission
     * of the same request, finds it decided; so a request that was never submitted is given up for good.
     *
     * @param request what was submitted; another content than that of an accepted order changes nothing
     * @param reference the host's name for the cancellation, see {@link CancelRequest}
     */
    CancelResult cancel(OrderRequest request, String reference);

    /**
     * Cancels many, in pieces of at most {@link Limits#BATCH_ORDERS} per transaction, in the order given. When a piece
     * fails, the ones before it stay done; repeating the whole call is safe.
     *
     * @return one result for each request, in the same order
     */
    List<CancelResult> cancelAll(List<CancelRequest> requests);

    /**
     * Cancels without waiting. What is asked for while others are under way is done together with more, up to
     * {@link Limits#BATCH_ORDERS} in one transaction, so that many at once are as fast as {@link #cancelAll}.
     *
     * @return completed with the result; or exceptionally: with {@link StoreUnavailableException} as the call without a
     *     future, at the latest when it has waited for the {@code adjustmentTimeout} and the database still fails; with
     *     {@link java.util.concurrent.RejectedExecutionException} if 131,072 cancellations have no answer, and it was
     *     not done; with {@link IllegalStateException} if the processor was closed, and it was not done. What depends
     *     on it runs on a thread of the library's and should be quick or run elsewhere.
     * @throws IllegalStateException if the processor is closed
     */
    CompletableFuture<CancelResult> cancelAsync(CancelRequest request);

    /**
     * Cancels inside a transaction of the host's.
     *
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    CancelResult cancel(Connection connection, CancelRequest request) throws SQLException;

    /**
     * Cancels many inside a transaction of the host's, at most {@link Limits#BATCH_ORDERS}.
     *
     * @return one result for each request, in the same order
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    List<CancelResult> cancelAll(Connection connection, List<CancelRequest> requests) throws SQLException;

    /**
     * Gives back what a completed order took: all that is left of it, or some pieces of some lines, each as often as
     * there is something left. The money goes to the buyer's wallet, at the prices that were charged.
     */
    RefundResult refund(RefundRequest request);

    /**
     * Refunds many, in pieces of at most {@link Limits#BATCH_ORDERS} per transaction, in the order given. When a piece
     * fails, the ones before it stay done; repeating the whole call is safe.
     *
     * @return one result for each request, in the same order
     */
    List<RefundResult> refundAll(List<RefundRequest> requests);

    /**
     * Refunds without waiting. What is asked for while others are under way is done together with more, up to
     * {@link Limits#BATCH_ORDERS} in one transaction, so that many at once are as fast as {@link #refundAll}.
     *
     * @return completed with the result, or exceptionally as with {@link #cancelAsync}
     * @throws IllegalStateException if the processor is closed
     */
    CompletableFuture<RefundResult> refundAsync(RefundRequest request);

    /**
     * Refunds inside a transaction of the host's.
     *
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    RefundResult refund(Connection connection, RefundRequest request) throws SQLException;

    /**
     * Refunds many inside a transaction of the host's, at most {@link Limits#BATCH_ORDERS}.
     *
     * @return one result for each request, in the same order
     * @throws SQLException what the connection said; nothing of the call is in the transaction
     * @throws IllegalArgumentException if this cannot be a part of the transaction, see above
     */
    List<RefundResult> refundAll(Connection connection, List<RefundRequest> requests) throws SQLException;
}
