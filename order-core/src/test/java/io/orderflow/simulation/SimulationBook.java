package io.orderflow.simulation;

import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.PlaceResult;
import io.orderflow.RejectReason;
import io.orderflow.SubmitResult;
import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.BatchResult;
import io.orderflow.internal.engine.Verdict;
import io.orderflow.simulation.Trace.Met;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * What was submitted, injected and adjusted, what was answered, and what workers told: all that the checker holds the
 * tables against.
 */
final class SimulationBook {
    private final Trace trace;
    private final Map<UUID, Map<Fingerprint, Content>> orders = new LinkedHashMap<>();
    private final List<Outstanding> outstanding = new ArrayList<>();
    private final Map<UUID, Long> decisions = new HashMap<>();
    private final Map<Long, UUID> told = new HashMap<>();
    private final Map<Long, Order> shown = new HashMap<>();
    private final ArchiveBook archive;
    private final ChangeBook changes;
    private final Set<String> garbage = new HashSet<>();
    private final Set<UUID> poison = new HashSet<>();
    private final Set<UUID> killers = new HashSet<>();

    /** One content under one id, and what is known of it. */
    static final class Content {
        private final OrderRequest request;
        private final OrderEntry entry;
        private boolean accepted;
        private boolean duplicate;
        private boolean conflict;
        private boolean maybe;

        private Content(OrderRequest request) {
            this.request = request;
            this.entry = OrderEntry.of(request);
        }

        OrderRequest request() {
            return request;
        }

        OrderEntry entry() {
            return entry;
        }

        /** It was said that a durable place has it. */
        boolean isAccepted() {
            return accepted;
        }

        /** It was said that the row has it. */
        boolean isDuplicate() {
            return duplicate;
        }

        /** It was said that the row has other content. */
        boolean isConflict() {
            return conflict;
        }

        void saidToBeDuplicate() {
            duplicate = true;
        }

        void saidToBeConflict() {
            conflict = true;
        }

        /** Nobody knows whether some place has it, and it was not said later. */
        boolean isUnknown() {
            return maybe && !accepted && !duplicate && !conflict;
        }

        /** A row or a dead letter may have it. */
        boolean mayExist() {
            return accepted || duplicate || maybe;
        }
    }

    private record Outstanding(Actor intake, Content content, CompletableFuture<SubmitResult> answer) {}

    SimulationBook(Trace trace) {
        this.trace = trace;
        this.archive = new ArchiveBook(trace);
        this.changes = new ChangeBook(trace, archive::wasForgotten, this::shown);
    }

    Content content(OrderRequest request) {
        OrderEntry entry = OrderEntry.of(request);
        return orders.computeIfAbsent(request.id(), id -> new LinkedHashMap<>())
                .computeIfAbsent(entry.fingerprint(), key -> new Content(request));
    }

    /** Whether nobody asked for anything under this id so far. */
    boolean isNew(UUID id) {
        return !orders.containsKey(id);
    }

    Map<UUID, Map<Fingerprint, Content>> orders() {
        return orders;
    }

    void submitted(Actor intake, OrderRequest request, CompletableFuture<SubmitResult> answer) {
        outstanding.add(new Outstanding(intake, content(request), answer));
    }

    /** Enters the answers that are there by now. */
    void collect() {
        outstanding.removeIf(submission -> {
            SubmitResult result = submission.answer().getNow(null);
            if (result != null) {
                answered(submission.content(), result);
            }
            return result != null;
        });
    }

    /** Nobody will hear what an intake that died would have answered. */
    void died(Actor intake) {
        outstanding.removeIf(submission -> {
            boolean lost = submission.intake() == intake;
            if (lost) {
                submission.content().maybe = true;
            }
            return lost;
        });
    }

    int outstanding() {
        return outstanding.size();
    }

    Collection<Content> unknown() {
        return orders.values().stream()
                .flatMap(contents -> contents.values().stream())
                .filter(Content::isUnknown)
                .toList();
    }

    private void answered(Content content, SubmitResult result) {
        trace.add("answer " + result);
        if (result instanceof SubmitResult.Accepted) {
            content.accepted = true;
            trace.met(Met.ACCEPTED);
        } else if (result instanceof SubmitResult.Duplicate duplicate) {
            content.duplicate = true;
            shown(duplicate.order());
            trace.met(Met.DUPLICATE);
        } else if (result instanceof SubmitResult.Conflict) {
            content.conflict = true;
            trace.met(Met.CONFLICT);
        } else if (result instanceof SubmitResult.Unknown) {
            content.maybe = true;
            trace.met(Met.UNKNOWN);
        } else {
            trace.met(result instanceof SubmitResult.Overloaded ? Met.OVERLOADED : Met.UNAVAILABLE);
        }
    }

    /** An order was placed by a transaction that committed, or of which nobody knows. */
    void placed(OrderRequest request, PlaceResult result, boolean committed) {
        Content content = content(request);
        if (result instanceof PlaceResult.Duplicate duplicate) {
            content.duplicate = true;
            shown(duplicate.order());
        } else if (result instanceof PlaceResult.Conflict) {
            content.conflict = true;
        } else if (committed) {
            content.accepted = true;
            trace.met(Met.PLACED);
        } else {
            content.maybe = true;
        }
    }

    /** A verdict that somebody saw is final (P5). */
    private void shown(Order order) {
        if (order.status().isVerdict()) {
            shown.put(order.decision().orElseThrow(), order);
        }
        if (order.status() == OrderStatus.ARCHIVED) {
            trace.met(Met.ARCHIVED_DUPLICATE);
        }
    }

    /** What was shown with which decision. */
    Map<Long, Order> shown() {
        return shown;
    }

    /** Any content that somebody asked for. */
    Content any(RandomGenerator random) {
        List<Content> all = orders.values().stream()
                .flatMap(contents -> contents.values().stream())
                .toList();
        return all.get(random.nextInt(all.size()));
    }

    /** Nobody knows what became of a cancellation. */
    void perhapsCancelled(Content content, boolean byRequest) {
        content.maybe |= byRequest;
    }

    /** What was told of changes. */
    ChangeBook changes() {
        return changes;
    }

    /** What was archived. */
    ArchiveBook archive() {
        return archive;
    }

    /** A worker told of a batch; each order is told once at most, unless it was archived and nobody knows it. */
    void decided(BatchResult result) {
        for (int place = 0; place < result.verdicts().size(); place++) {
            Verdict verdict = result.verdicts().get(place);
            UUID id = verdict.entry().id();
            Long before = decisions.put(id, result.decision(place));
            told.put(result.decision(place), id);
            if (before != null && !archive.isForgotten(before)) {
                throw new AssertionError(
                        "order " + id + " was decided twice, as " + before + " and " + result.decision(place));
            }
            trace.met(
                    switch (verdict.status()) {
                        case COMPLETED -> Met.COMPLETED;
                        case RESERVED -> Met.RESERVED;
                        default -> Met.REJECTED;
                    });
            if (verdict.rejectReason()
                    .filter(RejectReason.LIMIT_PER_BUYER::equals)
                    .isPresent()) {
                trace.met(Met.LIMITED);
            }
            if (verdict.completed() && !verdict.entry().needsWallet()) {
                trace.met(Met.EXTERNAL);
            }
        }
    }

    /** The decisions that workers told, and of which orders. */
    Map<Long, UUID> decisions() {
        return told;
    }

    void injected(String hash) {
        garbage.add(hash);
    }

    /** The hashes of messages that no intake made. */
    Set<String> garbage() {
        return garbage;
    }

    Set<UUID> poison() {
        return poison;
    }

    Set<UUID> killers() {
        return killers;
    }
}
