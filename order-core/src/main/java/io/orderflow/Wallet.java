package io.orderflow;

/**
 * A buyer's wallet as the database had it at one moment.
 *
 * @param buyer the buyer's id
 * @param balance what the buyer can spend, in minor units
 */
public record Wallet(long buyer, long balance) {}
