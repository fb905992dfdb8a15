package io.orderflow.internal.engine;

import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.FaultPlan;
import java.util.ArrayList;
import java.util.List;

/** The statements on the library's tables, each as its verb and its table, and the commits. */
final class SeenStatements {
    private SeenStatements() {}

    /** Something that is done to the shop. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** Those of a piece of work. */
    static List<String> of(ShopDatabase shop, Work work) {
        List<String> seen = new ArrayList<>();
        shop.dataSource().setPlan((step, sql) -> {
            if (step == FaultPlan.Step.BEFORE_EXECUTE && sql.contains("orderflow_")) {
                seen.add(sql.replaceFirst("(?s)^(\\w+).*?orderflow_(\\w+).*", "$1 $2"));
            } else if (step == FaultPlan.Step.BEFORE_COMMIT) {
                seen.add("COMMIT");
            }
        });
        try {
            work.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            shop.dataSource().setPlan(FaultPlan.NONE);
        }
        return seen;
    }
}
