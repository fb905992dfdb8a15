package io.orderflow;

import java.util.List;
import java.util.UUID;

/**
 * What can be done to an order after it was accepted: cancel it while it is pending, and give back what it took once it
 * is completed. Thread-safe. Each change is one transaction with all that belongs to it, recorded append-only and
 * numbered in one order with decisions and adjustments. It is idempotent by its reference, which is unique among the
 * changes of its order: the same again is a duplicate and changes nothing.
 *
 * <p>Workers, queues and recovery are not asked: the order's row says what holds. A frame that brings an order which
 * was cancelled is skipped. Listeners are told of verdicts of workers alone; whoever changes an order has the result.
 *
 * <p>Each method may throw {@link StoreUnavailableException} when the database cannot be reached or does not answer
 * within the builder's {@code adjustmentTimeout}. It says how much was done; repeating the call is safe. A value
 * outside its range is refused with {@link InvalidOrderException} before anything is done.
 */
public interface OrderChanges {
    /**
     * Cancels a pending order, which decides it: it takes nothing and never will. Whoever has the id can do it. Orders
     * that the queue alone accepted are not found before their verdict; see {@link #cancel(OrderRequest, String)}.
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
}
