package io.orderflow;

import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.intake.IntakeSettings;
import io.orderflow.queue.OrderQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * What {@link OrderProcessor.Builder} collects; each setter there says what it means, and checks its range. Immutable.
 */
record ProcessorSettings(
        DataSource dataSource,
        Optional<OrderQueue> queue,
        String tablePrefix,
        boolean createTables,
        Acceptance acceptance,
        boolean allowWeakQueue,
        Duration submitTimeout,
        Duration journalTimeout,
        Duration publishTimeout,
        Duration closeTimeout,
        Duration adjustmentTimeout,
        Duration groupWait,
        int maxGroup,
        int bufferCapacity,
        List<OrderListener> listeners,
        Clock clock,
        Step.Watcher watcher,
        FrameKeys frameKeys,
        boolean acceptJson) {
    /**
     * Checks what must hold between settings.
     *
     * @return this
     * @throws IllegalStateException if two of them contradict each other
     */
    ProcessorSettings checked() {
        requireShorter("journalTimeout", journalTimeout, submitTimeout);
        // else every submission would be over before its group is written
        requireShorter("groupWait", groupWait, submitTimeout);
        if (frameKeys.isAlsoReading() && !frameKeys.isWriting()) {
            throw new IllegalStateException("secondFrameKey must not be set without frameKey");
        }
        return this;
    }

    private static void requireShorter(String name, Duration value, Duration submitTimeout) {
        if (value.compareTo(submitTimeout) >= 0) {
            throw new IllegalStateException(
                    name + " must be shorter than submitTimeout: " + value + " and " + submitTimeout);
        }
    }

    IntakeSettings intake(Frames frames) {
        return new IntakeSettings(
                acceptance,
                allowWeakQueue,
                submitTimeout,
                bufferCapacity,
                maxGroup,
                groupWait,
                journalTimeout,
                publishTimeout,
                frames);
    }

    /** Whether a message of JSON is taken for an order of whatever program wrote it. */
    boolean believesJson() {
        return acceptJson && !frameKeys.isWriting();
    }

    /** The effective settings; never a key, and nothing of the pool, which may hold secrets. */
    @Override
    public String toString() {
        return "tablePrefix=" + tablePrefix + ", createTables=" + createTables + ", acceptance=" + acceptance
                + ", allowWeakQueue=" + allowWeakQueue
                + ", submitTimeout=" + submitTimeout + ", journalTimeout=" + journalTimeout + ", publishTimeout="
                + publishTimeout + ", closeTimeout=" + closeTimeout + ", adjustmentTimeout=" + adjustmentTimeout
                + ", groupWait=" + groupWait + ", maxGroup="
                + maxGroup + ", bufferCapacity=" + bufferCapacity + ", listeners=" + listeners.size()
                + ", acceptJson=" + acceptJson + ", frameKey="
                + (frameKeys.isWriting() ? "set" : "none") + ", secondFrameKey="
                + (frameKeys.isAlsoReading() ? "set" : "none");
    }
}
