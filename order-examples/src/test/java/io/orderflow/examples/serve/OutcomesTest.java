package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.orderflow.SubmitResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What the intake did not accept is answered")
class OutcomesTest {
    private static final UUID ID = new UUID(1, 2);
    private static final Duration SOON = Duration.ofMillis(300);

    static Stream<Arguments> outcomes() {
        return Stream.of(
                arguments(new SubmitResult.Conflict(ID), 422, Optional.empty(), Map.of("orderId", ID.toString())),
                arguments(new SubmitResult.Overloaded(ID, SOON), 429, Optional.of(SOON), Map.of()),
                arguments(new SubmitResult.Unavailable(ID, "all is away", SOON), 503, Optional.of(SOON), Map.of()),
                arguments(
                        new SubmitResult.Unknown(ID, "no answer"),
                        503,
                        Optional.of(Duration.ofSeconds(1)),
                        Map.of("orderId", ID.toString(), "outcome", "unknown")));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    @DisplayName("with its status, its members and when to come again")
    void outcome(SubmitResult result, int status, Optional<Duration> retryAfter, Map<String, String> members) {
        Problem problem = OrderRoutes.problem(result);
        assertEquals(status, problem.status());
        assertEquals(retryAfter, problem.retryAfter());
        assertEquals(members, problem.members());
        assertEquals(status, problem.json().path("status").intValue());
    }
}
