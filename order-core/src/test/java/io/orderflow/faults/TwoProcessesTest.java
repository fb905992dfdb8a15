package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Acceptance;
import io.orderflow.AuditReport;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Several processes that submit to and decide on one database at the same time. {@code -Dtest.orders=N} sets how many
 * orders each of them submits. They meet in the server: one driver leads to MariaDB.
 */
class TwoProcessesTest {
    private static final int ORDERS = Integer.getInteger("test.orders", 300);

    /** What is left of the hot product is sold out in the middle, whoever sells it. */
    private static final long SCARCE = 2L * ORDERS;

    private static final Set<SubmitOutcome> TAKEN = EnumSet.of(SubmitOutcome.ACCEPTED, SubmitOutcome.DUPLICATE);

    /** The parent submits and does not decide, so its orders reach the two workers through recovery alone. */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void eachOrderIsDecidedOnceByWhichever(TestDatabase.Kind kind) {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind), Journals.inTurn(kind.isMariaDb() ? 0 : 1));
                ShopProcess one = start(shop, Acceptance.ROW_JOURNAL, 1);
                ShopProcess two = start(shop, Acceptance.GROUP_JOURNAL, 2)) {
            shop.orders().inventory().setMaxPerBuyer(Goods.PRODUCTS, 1, "limit");
            shop.makeScarce(SCARCE);
            for (int i = 0; i < ORDERS; i++) {
                submitUntilItIsTaken(shop, Goods.order(3, i));
                if (i % 100 == 0) {
                    AuditReport during = shop.orders().audit();
                    assertTrue(during.ok(), () -> "while orders go on (I4): " + during.examples());
                }
            }
            one.awaitSubmitted();
            two.awaitSubmitted();
            one.enterInto(shop.book());
            two.enterInto(shop.book());
            shop.settle();
            assertEquals(3 * ORDERS, shop.book().accepted().size());
            one.end();
            two.end();
        }
    }

    private static ShopProcess start(TestedShop shop, Acceptance acceptance, long seed) {
        return ShopProcess.start(shop.database(), acceptance, seed, ORDERS, ShopProcess.Trap.NONE);
    }

    /** A busy machine may be too slow for one answer, and then a caller asks again. */
    private static void submitUntilItIsTaken(TestedShop shop, OrderRequest order) {
        Eventually.await(
                order + " is taken",
                TestedShop.BOUND,
                () -> TAKEN.contains(shop.submit(order).outcome()),
                () -> shop.orders().health().toString());
    }

    /** Both ask for the same orders at about the same time. */
    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "MYSQL"})
    void theSameOrdersFromTwoProcessesAreOneEach(TestDatabase.Kind kind) {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                ShopProcess one = ShopProcess.startWithKeys(
                        shop.database(), Journals.inTurn(kind.isMariaDb() ? 0 : 1), 4, ORDERS);
                ShopProcess two = ShopProcess.startWithKeys(shop.database(), Acceptance.GROUP_JOURNAL, 4, ORDERS)) {
            one.awaitSubmitted();
            two.awaitSubmitted();
            assertEquals(ORDERS, one.accepted());
            assertEquals(ORDERS, two.accepted());
            one.enterInto(shop.book());
            shop.settle();
            assertEquals(ORDERS, shop.checker().decided());
            one.end();
            two.end();
        }
    }
}
