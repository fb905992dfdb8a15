package io.orderflow.internal.doctor;

import io.orderflow.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was found so far. Not thread-safe. */
final class FindingList {
    private static final Comparator<Finding> WORST_FIRST =
            Comparator.comparing(Finding::severity).reversed();

    private final List<Finding> all = new ArrayList<>();

    void add(FindingKind kind, String found) {
        all.add(kind.of(found));
    }

    void addIf(boolean wrong, FindingKind kind, String found) {
        if (wrong) {
            add(kind, found);
        }
    }

    void add(Finding finding) {
        all.add(finding);
    }

    void addAll(FindingList others) {
        all.addAll(others.all);
    }

    /** The worst first, else in the order in which they were found. */
    List<Finding> sorted() {
        return all.stream().sorted(WORST_FIRST).toList();
    }
}
