package io.orderflow;

/** Who pays for an order. A part of its content: the same id with another payment is a conflict. */
public enum Payment {
    /**
     * The buyer's wallet is charged in the transaction that takes the stock. An order whose buyer has no wallet, or too
     * little in it, is rejected.
     */
    WALLET,
    /**
     * Somebody else sees to the money: a payment provider, an invoice. Stock is taken and the total is computed as
     * ever. No wallet is needed, looked for or charged, also where the buyer has one.
     */
    EXTERNAL
}
