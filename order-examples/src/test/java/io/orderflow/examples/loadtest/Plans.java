package io.orderflow.examples.loadtest;

import io.orderflow.examples.loadtest.driving.Pace;
import io.orderflow.examples.loadtest.driving.WorkPlan;
import io.orderflow.examples.loadtest.orders.LineRange;
import io.orderflow.examples.loadtest.orders.Mix;
import io.orderflow.examples.loadtest.orders.OrderPlan;
import io.orderflow.examples.loadtest.orders.Skew;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Plans for tests, each one change away from a small ordinary one. */
public final class Plans {
    private Plans() {}

    public static LoadPlan small() {
        return with(500, 3, 20, false, 1, 0);
    }

    public static LoadPlan with(int orders, int products, int buyers, boolean hot, int lines, double keyShare) {
        Mix mix = new Mix(hot ? Skew.HOT : Skew.UNIFORM, new LineRange(lines, lines), keyShare, 0, 0, 0, 0, 0);
        return mixed(orders, products, buyers, mix);
    }

    public static LoadPlan mixed(int orders, int products, int buyers, Mix mix) {
        return plan(orders, orders / 10, products, buyers, mix, new Pace(64, 0, OptionalInt.empty()));
    }

    public static LoadPlan submitting(int orders, int window, int submitters) {
        return submitting(orders, new Pace(window, submitters, OptionalInt.empty()), 0);
    }

    public static LoadPlan submitting(int orders, Pace pace, double replays) {
        return plan(orders, 0, 10, 10, new Mix(Skew.UNIFORM, new LineRange(1, 1), 0, 0, replays, 0, 0, 0), pace);
    }

    private static LoadPlan plan(int orders, int warmup, int products, int buyers, Mix mix, Pace pace) {
        return new LoadPlan(
                orders,
                OptionalInt.empty(),
                warmup,
                new OrderPlan(products, buyers, OptionalLong.empty(), mix, 1),
                pace,
                new WorkPlan(0, 1, 500, 5, 0),
                30,
                false);
    }
}
