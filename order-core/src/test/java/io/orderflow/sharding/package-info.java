/**
 * A design and no product: a shop on several databases, each with the wallets of some buyers and a part of the stock.
 * What docs/sharding.md says is tried here in memory, from thousands of seeds.
 */
package io.orderflow.sharding;
