package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.OrderEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Meters are the host's code and may block: none is called under the buffer's lock, which all threads of the intake
 * need (A6).
 */
class MetersAndLocksTest {
    private static final Duration DEADLINE = Rig.DEFAULTS.submitTimeout();

    private final List<String> heard = new ArrayList<>();
    private final AtomicReference<Buffer> buffer = new AtomicReference<>();
    private long nanos = 1_000_000_000L;

    private Parts parts() {
        IntakeListener meters = new IntakeListener() {
            @Override
            public void unpublished(int orders) {}

            @Override
            public void answered(SubmitResult result, long after) {
                heard.add((Thread.holdsLock(buffer.get()) ? "locked " : "free ")
                        + result.getClass().getSimpleName() + " " + Duration.ofNanos(after));
            }
        };
        Parts parts = Parts.of(Rig.DEFAULTS, new FakeQueue(), () -> nanos, Clock.systemUTC(), true, meters);
        buffer.set(parts.buffer());
        return parts;
    }

    private void add(Parts parts) {
        parts.buffer().tryRoom();
        parts.buffer()
                .add(Submission.async(OrderEntry.of(Rig.order()), Submission.Kind.ASYNC, nanos, DEADLINE.toNanos()));
    }

    @Test
    void whatIsTooLateIsMeasuredWithoutTheBuffersLock() {
        Parts parts = parts();
        add(parts);
        nanos += DEADLINE.toNanos();
        Answers.Round taken = parts.answers().begin();
        assertEquals(List.of(), parts.buffer().take(500, nanos, taken));
        taken.end();
        add(parts);
        nanos += DEADLINE.toNanos();
        Answers.Round swept = parts.answers().begin();
        parts.buffer().sweepExpired(nanos, swept);
        swept.end();
        add(parts);
        Answers.Round refused = parts.answers().begin();
        parts.buffer().refuseAll("away", refused);
        refused.end();
        assertEquals(List.of("free Overloaded PT2S", "free Overloaded PT2S", "free Unavailable PT0S"), heard);
    }
}
