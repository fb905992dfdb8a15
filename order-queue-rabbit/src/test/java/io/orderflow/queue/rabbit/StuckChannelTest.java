package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.queue.PublishResult;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A channel on which no confirm comes, although its node answers whatever else it is asked. */
final class StuckChannelTest extends NodeTests {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** It counts as stuck after 5 s, a second is for the good-bye that it does not answer, the rest for a new one. */
    private static final Duration RENEWED = Duration.ofSeconds(8);

    /** What rabbit_fifo_client does to a channel whose queue's leader froze, without the 16 s and the cluster. */
    private static final String SUSPEND_CONFIRMING_CHANNELS =
            "[_ | _] = [sys:suspend(Each) || Each <- rabbit_channel:list_local(),"
                    + " rabbit_channel:info(Each, [confirm]) =:= [{confirm, true}]]";

    StuckChannelTest() {
        super("stuck-", PATIENCE);
    }

    @Test
    @DisplayName("A channel that confirms nothing for seconds is made anew, and what was on it is UNKNOWN")
    void madeAnew() {
        try (RabbitQueue queue = RabbitQueue.builder(node.uri()).queue(name).build()) {
            publish(queue, "before");
            node.control().evaluate(SUSPEND_CONFIRMING_CHANNELS);
            long start = System.nanoTime();
            PublishResult patient = published(queue, "on the stuck channel", PATIENCE);
            assertEquals(PublishResult.Outcome.UNKNOWN, patient.outcome(), patient::cause);
            assertAtMost(RENEWED, start, "the end of the stuck channel");
            publish(queue, "on a new channel");
            awaitDepth(queue, 2);
        }
    }

    @Test
    @DisplayName("A stuck channel is found out also while those who publish give up and others follow")
    void madeAnewUnderLoad() {
        try (RabbitQueue queue =
                RabbitQueue.builder(node.uri()).queue(name).confirmWindow(4).build()) {
            publish(queue, "before");
            node.control().evaluate(SUSPEND_CONFIRMING_CHANNELS);
            long start = System.nanoTime();
            awaitPublish(queue, "again and again", Duration.ofMillis(300));
            assertAtMost(RENEWED, start, "a publish on a new channel");
        }
    }
}
