package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.orderflow.SubmitResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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
        Map<String, String> told = new HashMap<>();
        problem.members().forEach((name, value) -> told.put(name, value.textValue()));
        assertEquals(members, told);
        assertEquals(status, problem.json("request-1").path("status").intValue());
        assertEquals("request-1", problem.json("request-1").path("requestId").asText());
    }

    @Test
    @DisplayName("in a batch as a single order would be, with its headers as fields")
    void inABatch() throws IOException {
        BatchAnswer answer = new BatchAnswer(5, "request-1");
        answer.add(new SubmitResult.Accepted(ID));
        answer.add(new SubmitResult.Conflict(ID));
        answer.add(new SubmitResult.Overloaded(ID, Duration.ofMillis(300)));
        answer.add(new SubmitResult.Unavailable(ID, "all is away", Duration.ofMillis(2_100)));
        answer.add(new SubmitResult.Unknown(ID, "no answer"));
        JsonNode results = new JsonMapper().readTree(answer.json()).path("results");
        List<String> told = new ArrayList<>();
        results.forEach(result ->
                told.add(result.path("status") + " " + result.path("retryAfter").asText("-") + " "
                        + result.path("body").path("orderId").asText("-")));
        assertEquals(List.of("202 - " + ID, "422 - " + ID, "429 1 -", "503 3 -", "503 1 " + ID), told);
        assertEquals("request-1", results.get(1).path("body").path("requestId").asText());
        assertEquals("unknown", results.get(4).path("body").path("outcome").asText());
    }
}
