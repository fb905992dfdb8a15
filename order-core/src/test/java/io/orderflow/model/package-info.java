/** A shop in a database for tests, and the oracle that replays it ({@link io.orderflow.model.ReplayCheck}). */
package io.orderflow.model;
