package io.orderflow.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/**
 * Each test of a subclass begins with empty tables. After each no connection may be out of the pool, the audit must be
 * clean and the replay agree, unless the test {@linkplain #tampered said} that it breaks the records.
 */
abstract class EmptyTables {
    private static ShopDatabase opened;

    @Parameter
    TestDatabase.Kind kind;

    private boolean tampered;

    @BeforeParameterizedClassInvocation
    static void openDatabase(TestDatabase.Kind kind) {
        opened = ShopDatabase.open(kind);
    }

    @AfterParameterizedClassInvocation
    static void closeDatabase() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    @BeforeEach
    void emptyTables() {
        shop().empty();
    }

    @AfterEach
    void checkRecords() {
        shop().dataSource().setPlan(FaultPlan.NONE);
        assertEquals(0, shop().dataSource().openConnections(), "connections that were not given back");
        if (!tampered) {
            shop().assertSound();
        }
    }

    /** The database of this run. */
    protected final ShopDatabase shop() {
        return opened;
    }

    /** Which database this is. */
    protected final TestDatabase.Kind kind() {
        return kind;
    }

    /** An order of one line, at whatever price holds. */
    protected static OrderEntry order(long buyer, long product, int quantity) {
        return OrderEntry.of(OrderRequest.of(buyer).line(product, quantity).build());
    }

    /** The same, paid by somebody else than the buyer's wallet. */
    protected static OrderEntry external(long buyer, long product, int quantity) {
        return OrderEntry.of(OrderRequest.of(buyer)
                .line(product, quantity)
                .payment(Payment.EXTERNAL)
                .build());
    }

    /** So many orders of one buyer. */
    protected static List<OrderEntry> orders(int count) {
        return IntStream.range(0, count).mapToObj(i -> order(1, 1, 1)).toList();
    }

    /** The orders' ids. */
    protected static Set<UUID> ids(List<OrderEntry> orders) {
        return orders.stream().map(OrderEntry::id).collect(Collectors.toSet());
    }

    /** This test leaves records behind that do not agree with each other. */
    protected final void tampered() {
        tampered = true;
    }
}
