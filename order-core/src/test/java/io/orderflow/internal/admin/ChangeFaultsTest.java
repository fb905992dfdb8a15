package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.OrderChanges;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.RulesContract;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultPlan.Step;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step of a refund, a redrive and a discard fails once; the same call again leaves one effect of it. */
class ChangeFaultsTest extends RulesContract {
    private LetterBox box;

    @BeforeEach
    void stock() {
        box = new LetterBox(shop()).stocked();
    }

    /** A change that is asked for twice, and what must hold then. */
    @FunctionalInterface
    private interface Attempt {
        /** Prepares one, and returns how it is asked for. */
        Runnable prepare(int number);
    }

    /** The steps of one call, each failing once, until the call has no more of them. */
    private void eachFails(Step step, Supplier<SQLException> failure, Attempt attempt, Runnable check) {
        for (int number = 1; number <= 60; number++) {
            Runnable change = attempt.prepare(number);
            AtomicInteger steps = new AtomicInteger();
            int failing = number;
            shop().dataSource().setPlan((now, sql) -> {
                if (now == step && steps.incrementAndGet() == failing) {
                    throw failure.get();
                }
            });
            try {
                change.run();
            } catch (StoreUnavailableException e) {
                assertTrue(e.getMessage().contains("injected"), e::getMessage);
            } finally {
                shop().dataSource().setPlan(FaultPlan.NONE);
            }
            change.run();
            check.run();
            if (steps.get() < failing) {
                assertTrue(failing > 1, "the step is reached");
                return;
            }
        }
        throw new AssertionError("a call of more than 60 steps");
    }

    private static SQLException lost() {
        return FaultPlan.lost(Step.BEFORE_EXECUTE);
    }

    @ParameterizedTest
    @EnumSource(value = Step.class)
    void aRefundIsDoneOnce(Step step) {
        refunds(step, ChangeFaultsTest::lost);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"BEFORE_EXECUTE", "AFTER_EXECUTE", "BEFORE_COMMIT"})
    void aRefundThatLosesAgainstAnotherIsDoneOnce(Step step) {
        refunds(step, FaultPlan::deadlock);
    }

    private void refunds(Step step, Supplier<SQLException> failure) {
        OrderChanges changes = shop().changes();
        eachFails(
                step,
                failure,
                number -> {
                    OrderEntry some = order(1, 1, 5);
                    OrderEntry all = order(1, 1, 3);
                    shop().decide(List.of(some, all));
                    List<RefundRequest> asked = List.of(
                            RefundRequest.of(some.id(), "some", new RefundLine(0, 2)),
                            RefundRequest.rest(all.id(), "all"));
                    return () -> changes.refundAll(asked);
                },
                () -> {
                    long orders = shop().count("orderflow_orders");
                    assertEquals(orders, shop().count("orderflow_order_change"));
                    assertEquals(orders, shop().count("orderflow_refund_line"));
                    assertEquals(
                            1_000_000 - orders / 2 * 30,
                            shop().wallets().find(1).orElseThrow().balance());
                });
    }

    @ParameterizedTest
    @EnumSource(value = Step.class)
    void aRedriveIsDoneOnce(Step step) {
        DeadLetterOffice office = shop().deadLetters();
        eachFails(
                step,
                ChangeFaultsTest::lost,
                number -> {
                    String id = box.park(order(1, 1, 1));
                    return () -> office.redrive(id, "me");
                },
                () -> {
                    assertEquals(0, LetterBox.count(office));
                    assertEquals(1, box.recover());
                    assertEquals(0, box.recover());
                });
    }

    @ParameterizedTest
    @EnumSource(value = Step.class)
    void aDiscardIsDoneOnce(Step step) {
        DeadLetterOffice office = shop().deadLetters();
        eachFails(
                step,
                ChangeFaultsTest::lost,
                number -> {
                    String id = box.bury(DeadLetterReason.UNDECODABLE, new byte[] {(byte) number});
                    return () -> office.discard(id, "me");
                },
                () -> assertEquals(0, LetterBox.count(office)));
    }
}
