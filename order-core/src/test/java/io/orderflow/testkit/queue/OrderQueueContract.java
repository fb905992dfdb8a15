package io.orderflow.testkit.queue;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract of {@link OrderQueue}, as tests: for every rule of the package's description, Q1 to Q13, that can be
 * seen without harming a server. Whoever writes an adapter extends it, or {@link SharedQueueContract} when the messages
 * live in a server; a rule that the adapter cannot keep is overridden there with {@code @Disabled} and the reason.
 *
 * <p>Where each rule is tested: Q1, Q2, Q3, Q5, Q10 and Q12 in {@link PublishRules}; Q4, Q7, Q8, Q9 and Q11 in
 * {@link DeliveryRules}; Q6 in {@link LeaseRules}; Q4, Q6, Q7 and Q12 under load in {@link LoadRules}; Q13 in
 * {@link CloseRules}; Q1 to Q4, Q7 to Q10 and Q13 with a server that dies, freezes or changes in {@link ServerRules}.
 *
 * <p>Not tested, and why: the half of Q12 that a consumer belongs to one thread is a duty of the caller; that Q10's
 * reading of the settings is no older than a minute shows only when they change, which is in {@link ServerRules}.
 */
public abstract class OrderQueueContract implements PublishRules, DeliveryRules, LeaseRules, LoadRules, CloseRules {
    private QueueLab lab;

    /** A new queue object on an empty stored queue of its own. May be called several times in one test. */
    protected abstract OrderQueue open() throws Exception;

    /** What {@link OrderQueue#durability()} must say of a queue as {@link #open} makes it. */
    protected abstract Durability.Level expectedDurability();

    /** The lease in these tests. Default 2 s, smallest 1 s: shorter tests, less room for a slow machine. */
    protected Duration lease() {
        return Duration.ofSeconds(2);
    }

    /** How much too early a lease may end, for a queue whose clock is coarse. Default 100 ms. */
    protected Duration leaseGranularity() {
        return Duration.ofMillis(100);
    }

    /** Longest wait for something that must come. Default 10 s. */
    protected Duration patience() {
        return Duration.ofSeconds(10);
    }

    /** Longest time of a call that is not told how long it may take (Q9). Default and longest 10 s. */
    protected Duration answerBound() {
        return Duration.ofSeconds(10);
    }

    /** Whether the queue counts deliveries (Q11). Default true; if false, the count only must not be negative. */
    protected boolean countsDeliveries() {
        return true;
    }

    /** How many messages the tests under load send. Default 4,000. */
    protected int load() {
        return 4_000;
    }

    /**
     * Another object on the stored queue that {@link #open} made last. Default: that object itself, which is right only
     * where objects share nothing.
     */
    protected OrderQueue another(OrderQueue opened) throws Exception {
        return opened;
    }

    @BeforeEach
    final void openLab() {
        lab = new QueueLab(this);
    }

    @AfterEach
    final void closeLab() {
        lab.close();
    }

    @Override
    public final QueueLab lab() {
        return lab;
    }
}
