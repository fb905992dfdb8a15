package io.orderflow;

/**
 * A product as the database had it at one moment.
 *
 * @param id the product's id
 * @param unitPrice price of one piece, in minor units
 * @param available pieces that can still be sold
 */
public record Product(long id, long unitPrice, long available) {}
