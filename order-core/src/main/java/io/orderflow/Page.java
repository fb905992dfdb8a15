package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Part of a long list, newest first.
 *
 * @param <T> what is listed
 * @param entries the entries of this page
 * @param next what to give to {@link PageRequest#after(String, int)} for the page that follows; empty when this is the
 *     last
 */
public record Page<T>(List<T> entries, Optional<String> next) {
    /** Copies the list. */
    public Page {
        entries = List.copyOf(entries);
        requireNonNull(next, "next");
    }
}
