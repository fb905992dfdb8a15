package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The intake is quiet when each accepted order is on the queue, or left to recovery. */
class QuietTest {
    private final Rig rig = new Rig();

    @Test
    void notFromTheAnswerUntilTheFrameIsStored() throws InterruptedException {
        List<Boolean> whilePublishing = new ArrayList<>();
        rig.queue.mood = () -> {
            whilePublishing.add(rig.intake.isQuiet());
            return FakeQueue.Mood.WORKS;
        };
        assertTrue(rig.intake.isQuiet());
        rig.submit(Rig.order());
        rig.intake.stepJournal();
        assertFalse(rig.intake.isQuiet());
        rig.run();
        assertTrue(rig.intake.isQuiet());
        assertEquals(List.of(false), whilePublishing);
    }

    @Test
    void whenARefusedFrameIsLeftToRecovery() throws InterruptedException {
        rig.queue.becomes(FakeQueue.Mood.REFUSES);
        rig.submit(Rig.order());
        rig.run();
        assertFalse(rig.intake.isQuiet());
        rig.live(Duration.ofSeconds(1));
        assertEquals(1, rig.unpublished.get());
        assertTrue(rig.intake.isQuiet());
    }

    @ParameterizedTest
    @EnumSource(names = {"LOSES_THE_ANSWER_AFTER_STORING", "LOSES_THE_ANSWER_BEFORE_STORING", "THROWS"})
    void whenAFrameOfUnknownFateIsLeftToRecovery(FakeQueue.Mood mood) throws InterruptedException {
        rig.queue.becomes(mood);
        rig.submit(Rig.order());
        rig.run();
        assertEquals(1, rig.unpublished.get());
        assertTrue(rig.intake.isQuiet());
    }
}
