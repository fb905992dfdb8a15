package io.orderflow.model;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.SubmitOutcome;
import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Submits as a patient buyer does: on a busy machine the first answer may come too late. */
public final class Insist {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private Insist() {}

    /** Submits the orders until all of them are accepted, now or before, and returns the last answers. */
    public static List<SubmitResult> onAcceptance(OrderProcessor orders, List<OrderRequest> requests) {
        List<List<SubmitResult>> last = new ArrayList<>();
        Eventually.await(
                "all are accepted",
                BOUND,
                () -> {
                    last.add(orders.submitAll(requests));
                    return last.get(last.size() - 1).stream().allMatch(Insist::isAccepted);
                },
                last::toString);
        return last.get(last.size() - 1);
    }

    private static boolean isAccepted(SubmitResult result) {
        return result.outcome() == SubmitOutcome.ACCEPTED || result.outcome() == SubmitOutcome.DUPLICATE;
    }
}
