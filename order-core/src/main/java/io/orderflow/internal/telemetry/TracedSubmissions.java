package io.orderflow.internal.telemetry;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Submissions with a span for each order that has one. All static. */
public final class TracedSubmissions {
    private TracedSubmissions() {}

    /** One, and its answer. */
    public static SubmitResult submit(
            Telemetry telemetry, OrderRequest request, Function<OrderRequest, SubmitResult> way) {
        Optional<AcceptSpan> span = telemetry.accepting(request);
        return span.isEmpty() ? way.apply(request) : submit(span.get(), way);
    }

    private static SubmitResult submit(AcceptSpan span, Function<OrderRequest, SubmitResult> way) {
        Optional<SubmitResult> result = Optional.empty();
        try {
            result = Optional.of(way.apply(span.request()));
            return result.get();
        } finally {
            span.end(result);
        }
    }

    /** One whose answer comes later. */
    public static CompletableFuture<SubmitResult> submitAsync(
            Telemetry telemetry, OrderRequest request, Function<OrderRequest, CompletableFuture<SubmitResult>> way) {
        Optional<AcceptSpan> span = telemetry.accepting(request);
        return span.isEmpty() ? way.apply(request) : submitAsync(span.get(), way);
    }

    private static CompletableFuture<SubmitResult> submitAsync(
            AcceptSpan span, Function<OrderRequest, CompletableFuture<SubmitResult>> way) {
        boolean submitted = false;
        try {
            CompletableFuture<SubmitResult> answer =
                    way.apply(span.request()).whenComplete((result, failure) -> span.end(Optional.ofNullable(result)));
            submitted = true;
            return answer;
        } finally {
            if (!submitted) {
                span.end(Optional.empty());
            }
        }
    }

    /** Many, and their answers. */
    public static List<SubmitResult> submitAll(
            Telemetry telemetry, List<OrderRequest> requests, Function<List<OrderRequest>, List<SubmitResult>> way) {
        return telemetry.followsTraces() ? submitTraced(telemetry, requests, way) : way.apply(requests);
    }

    private static List<SubmitResult> submitTraced(
            Telemetry telemetry, List<OrderRequest> requests, Function<List<OrderRequest>, List<SubmitResult>> way) {
        List<Optional<AcceptSpan>> spans = new ArrayList<>(requests.size());
        List<OrderRequest> submitted = new ArrayList<>(requests.size());
        for (OrderRequest request : requests) {
            Optional<AcceptSpan> span = telemetry.accepting(request);
            spans.add(span);
            submitted.add(span.isEmpty() ? request : span.get().request());
        }
        List<SubmitResult> results = List.of();
        try {
            results = way.apply(submitted);
            return results;
        } finally {
            for (int i = 0; i < spans.size(); i++) {
                Optional<SubmitResult> result = results.isEmpty() ? Optional.empty() : Optional.of(results.get(i));
                spans.get(i).ifPresent(span -> span.end(result));
            }
        }
    }
}
