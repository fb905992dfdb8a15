/**
 * The batch transaction: locks rows in the one global order (orders, wallets, stock; each by ascending primary key),
 * decides in memory, writes with a fixed number of statements, commits. Nothing but SQL happens inside.
 */
package io.orderflow.internal.engine;
