/**
 * A simple model of the shop, plain maps and no SQL of its own ({@link io.orderflow.internal.replay.ShopModel}), and
 * what replays a database through it ({@link io.orderflow.internal.replay.ReplayModel}). It shares no rule and no
 * number of the tables with the engine: it is the oracle of the tests too.
 */
package io.orderflow.internal.replay;
