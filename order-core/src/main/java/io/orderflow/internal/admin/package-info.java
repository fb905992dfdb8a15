/** What is not an order: inventory, wallets, reads and the audit. */
package io.orderflow.internal.admin;
