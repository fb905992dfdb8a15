/**
 * Takes orders and decides each exactly once: stock, wallet and order status change in one database transaction. The
 * entry point is {@link io.orderflow.OrderProcessor}; requests and results are immutable records.
 *
 * <pre>{@code
 * OrderSchema.of(dataSource).createOrUpgrade();
 * try (OrderProcessor orders = OrderProcessor.builder(dataSource).build().start()) {
 *     orders.workers(WorkerConfig.defaults()).start();
 *     orders.inventory().define(1, 250, 10, "product-1"); // product 1: 2.50 a piece, 10 pieces
 *     orders.wallets().open(7, 5_000, "wallet-7"); // buyer 7: 50.00
 *     OrderRequest request =
 *             OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
 *     SubmitResult result = orders.submit(request);
 *     return orders.await(result.orderId(), Duration.ofSeconds(5)); // COMPLETED, total 500
 * }
 * }</pre>
 *
 * <p>A submission is answered when the order is stored, not when it is decided: {@link io.orderflow.SubmitResult} says
 * what became of it, {@link io.orderflow.Order} what was decided. Amounts are minor units, times are UTC.
 */
@NullMarked
package io.orderflow;

import org.jspecify.annotations.NullMarked;
