/**
 * A trivial model of the shop, plain maps and no SQL of its own ({@link io.orderflow.model.ShopModel}), and the oracle
 * that replays a database through it ({@link io.orderflow.model.ReplayModel}).
 */
package io.orderflow.model;
