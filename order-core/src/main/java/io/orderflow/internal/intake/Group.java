package io.orderflow.internal.intake;

import io.orderflow.internal.codec.OrderEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Submissions that go to a place together. The first of each id stands for it; later ones of the same id are its twins
 * and share its fate. Immutable.
 */
final class Group {
    static final Group EMPTY = new Group(List.of());

    private final List<Submission> all;
    private final List<Submission> heads;
    private final Map<Submission, List<Submission>> twins;

    Group(List<Submission> submissions) {
        this.all = submissions;
        Map<UUID, Submission> byId = new HashMap<>(submissions.size() * 2);
        Map<Submission, List<Submission>> later = Map.of();
        List<Submission> first = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            Submission head = byId.putIfAbsent(submission.entry().id(), submission);
            if (head == null) {
                first.add(submission);
                continue;
            }
            if (later.isEmpty()) {
                later = new HashMap<>();
            }
            later.computeIfAbsent(head, key -> new ArrayList<>(2)).add(submission);
        }
        this.heads = first;
        this.twins = later;
    }

    /** One submission of each id. */
    List<Submission> heads() {
        return heads;
    }

    /** The others of the same id. */
    List<Submission> twins(Submission head) {
        return twins.getOrDefault(head, List.of());
    }

    /** What a place is given: one entry for each head, in their order. */
    List<OrderEntry> entries() {
        List<OrderEntry> entries = new ArrayList<>(heads.size());
        for (Submission head : heads) {
            entries.add(head.entry());
        }
        return entries;
    }

    void forEach(Consumer<Submission> action) {
        all.forEach(action);
    }
}
