package io.orderflow.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An outage of a target")
class TargetOutageTest {
    private final List<String> lines = new ArrayList<>();
    private long now = 5;
    private final TargetOutage outage = new TargetOutage("there", () -> now, lines::add);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    @DisplayName("is told once, then once a minute, and at its end")
    void isToldNowAndThen() {
        outage.over();
        for (int second = 0; second < 90; second++) {
            outage.failed("refused");
            pass(Duration.ofSeconds(1));
        }
        outage.over();
        outage.over();
        outage.failed("refused again");
        assertEquals(
                List.of(
                        "there: refused; sent again until it is taken",
                        "there: refused; sent again until it is taken, 59 more failures since the last such line",
                        "there takes events again, after 90 s",
                        "there: refused again; sent again until it is taken"),
                lines);
    }
}
