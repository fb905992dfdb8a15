package io.orderflow.examples.loadtest;

import java.util.OptionalLong;

/** Plans for tests, each one change away from a small ordinary one. */
final class Plans {
    private Plans() {}

    static LoadPlan small() {
        return with(500, 3, 20, false, 1, 0);
    }

    static LoadPlan with(int orders, int products, int buyers, boolean hot, int lines, double keyShare) {
        return new LoadPlan(
                orders,
                orders / 10,
                products,
                buyers,
                hot,
                OptionalLong.empty(),
                lines,
                64,
                0,
                1,
                500,
                keyShare,
                30,
                1);
    }

    static LoadPlan submitting(int orders, int window, int submitters) {
        return new LoadPlan(orders, 0, 10, 10, false, OptionalLong.empty(), 1, window, submitters, 1, 500, 0, 30, 1);
    }
}
