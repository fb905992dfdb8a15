package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.SubmitResult;
import io.orderflow.testing.Eventually;
import io.orderflow.testkit.MachineLag;
import java.time.Duration;
import java.util.function.Supplier;

/** How long no order was accepted around an outage, held against what the database itself took. */
final class OrderPauses {
    /** What the library may take beyond the election of an engine. */
    private static final Duration BEYOND = Duration.ofSeconds(3);

    private OrderPauses() {}

    /**
     * Waits until so many orders were accepted that were submitted after a moment.
     *
     * @param where what is known of the servers, for the message
     */
    static void awaitOrders(Load load, long since, int count, Duration bound, Supplier<?> where) {
        Eventually.await(
                "orders are accepted again",
                bound,
                () -> load.answers().where(answer -> answer.start() > since).count(SubmitResult.Accepted.class) > count,
                () -> where.get() + ", " + load.answers());
    }

    /** The longest time without an order that was accepted, since a moment. */
    static Duration longest(Load load, long begin) {
        return load.answers()
                .where(answer -> answer.end() > begin && answer.result() instanceof SubmitResult.Accepted)
                .longestGap(begin);
    }

    /**
     * Checks the longest pause.
     *
     * @param what the outage, for the message
     * @param begin when it began
     * @param engine how long the database took to have a server again that can be written to
     */
    static void check(String what, Load load, long begin, Duration engine, MachineLag lag) {
        Duration pause = longest(load, begin);
        String measured = what + ": orders paused for " + BuyerAnswers.millis(pause) + ", the database for "
                + BuyerAnswers.millis(engine) + ", " + lag;
        System.out.println(measured);
        assertTrue(pause.compareTo(lag.extend(engine.plus(BEYOND))) < 0, measured);
    }
}
