package io.orderflow.internal.codec;

import io.orderflow.OrderLine;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of an order by column: a batch of thousands of lines makes three small arrays per order and no object per
 * line. Written by the code that made it only; immutable from then on.
 */
final class Lines {
    /** Stands for a line without a unit price. */
    static final long NO_PRICE = -1;

    final long[] product;
    final int[] quantity;
    final long[] unitPrice;

    Lines(int count) {
        product = new long[count];
        quantity = new int[count];
        unitPrice = new long[count];
    }

    static Lines of(List<OrderLine> list) {
        Lines lines = new Lines(list.size());
        for (int i = 0; i < lines.count(); i++) {
            OrderLine line = list.get(i);
            lines.product[i] = line.product();
            lines.quantity[i] = line.quantity();
            lines.unitPrice[i] = line.unitPrice().orElse(NO_PRICE);
        }
        return lines;
    }

    int count() {
        return product.length;
    }

    List<OrderLine> toList() {
        List<OrderLine> list = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            list.add(
                    unitPrice[i] == NO_PRICE
                            ? OrderLine.of(product[i], quantity[i])
                            : OrderLine.of(product[i], quantity[i], unitPrice[i]));
        }
        return List.copyOf(list);
    }
}
