package io.orderflow.internal.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderRequest;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderEntry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Every answer that was given, and what both places must hold because of it (A1, A3, P5). */
final class AnswerLedger {
    /** The kinds of answers, to see that a run met them. */
    enum Kind {
        ACCEPTED,
        DUPLICATE,
        CONFLICT,
        OVERLOADED,
        UNAVAILABLE,
        UNKNOWN
    }

    private record Line(OrderRequest request, SubmitResult result) {}

    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();

    void note(OrderRequest request, SubmitResult result) {
        lines.add(new Line(request, result));
    }

    int size() {
        return lines.size();
    }

    Map<Kind, Integer> counts() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        lines.forEach(line -> counts.merge(kind(line.result), 1, Integer::sum));
        return counts;
    }

    private static Kind kind(SubmitResult result) {
        if (result instanceof SubmitResult.Accepted) {
            return Kind.ACCEPTED;
        }
        if (result instanceof SubmitResult.Duplicate) {
            return Kind.DUPLICATE;
        }
        if (result instanceof SubmitResult.Conflict) {
            return Kind.CONFLICT;
        }
        if (result instanceof SubmitResult.Overloaded) {
            return Kind.OVERLOADED;
        }
        return result instanceof SubmitResult.Unavailable ? Kind.UNAVAILABLE : Kind.UNKNOWN;
    }

    /** Checks every answer against what the places hold when nothing moves any more. */
    void verify(FakeJournal journal, FakeQueue queue, String run) {
        Set<UUID> mayBeStored = new HashSet<>();
        for (Line line : lines) {
            UUID id = line.request.id();
            assertEquals(id, line.result.orderId(), run);
            Kind kind = kind(line.result);
            Fingerprint content = OrderEntry.of(line.request).fingerprint();
            Optional<Fingerprint> row =
                    Optional.ofNullable(journal.rows.get(id)).map(OrderEntry::fingerprint);
            boolean journaled = row.filter(content::equals).isPresent();
            boolean queued = queue.durable.getOrDefault(id, Set.of()).contains(content);
            switch (kind) {
                case ACCEPTED -> assertTrue(journaled || queued, () -> run + ": accepted and nowhere: " + line);
                case DUPLICATE -> assertTrue(journaled, () -> run + ": duplicate of nothing: " + line);
                case CONFLICT -> assertTrue(row.isPresent() && !journaled, () -> run + ": no conflict: " + line);
                default -> {}
            }
            if (kind != Kind.OVERLOADED && kind != Kind.UNAVAILABLE) {
                mayBeStored.add(id);
            }
        }
        assertNothingElse(journal.rows.keySet(), mayBeStored, run + ": journaled after a no");
        assertNothingElse(queue.stored, mayBeStored, run + ": queued after a no");
    }

    private static void assertNothingElse(Collection<UUID> held, Set<UUID> mayBeStored, String message) {
        for (UUID id : held) {
            assertTrue(mayBeStored.contains(id), () -> message + ": " + id);
        }
    }
}
