package io.orderflow;

/**
 * Pieces of one line of an order that are given back.
 *
 * @param line which line: its index in {@link Order#lines()}, from 0
 * @param quantity how many pieces of it, 1 to {@link Limits#QUANTITY}
 */
public record RefundLine(int line, int quantity) {
    /**
     * Checks each value against its rule.
     *
     * @throws InvalidOrderException if a value is outside its range
     */
    public RefundLine {
        Rules.between("line", line, 0, Limits.LINES - 1);
        Rules.between("quantity", quantity, 1, Limits.QUANTITY);
    }
}
