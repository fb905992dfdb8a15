package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Meters are the host's code and may block: none is called under the buffer's lock, which all threads of the intake
 * need (A6).
 */
class MetersAndLocksTest {
    private static final Duration DEADLINE = Rig.DEFAULTS.submitTimeout();

    private final List<String> heard = new ArrayList<>();
    private long nanos = 1_000_000_000L;
    private final Room room = new Room(100);
    private final Completions completions = new Completions(room, true, () -> nanos);
    private final Answers answers = new Answers(room, completions, () -> nanos, new Meters());
    private final Buffer buffer = new Buffer(answers);

    private final class Meters implements IntakeListener {
        @Override
        public void unpublished(int orders) {}

        @Override
        public void answered(SubmitResult result, long after) {
            heard.add((Thread.holdsLock(buffer) ? "locked " : "free ")
                    + result.getClass().getSimpleName() + " " + Duration.ofNanos(after));
        }
    }

    private void add() {
        room.tryRoom();
        buffer.add(Submission.async(OrderEntry.of(Rig.order()), Submission.Kind.ASYNC, nanos, DEADLINE.toNanos()));
    }

    @Test
    void whatIsTooLateIsMeasuredWithoutTheBuffersLock() {
        add();
        nanos += DEADLINE.toNanos();
        assertEquals(List.of(), buffer.take(500, nanos));
        add();
        nanos += DEADLINE.toNanos();
        Answers.Round swept = answers.begin();
        buffer.sweepExpired(nanos, swept);
        swept.end();
        add();
        buffer.refuseAll("away");
        assertEquals(List.of("free Overloaded PT2S", "free Overloaded PT2S", "free Unavailable PT0S"), heard);
    }
}
