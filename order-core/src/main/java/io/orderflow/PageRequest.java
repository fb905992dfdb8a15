package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Which part of a long list is asked for, newest first.
 *
 * @param size most entries to return, 1 to 500
 * @param after the {@code next} of the page before; empty for the first page
 */
public record PageRequest(int size, Optional<String> after) {
    /** Largest page. */
    public static final int LARGEST = 500;

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the size is outside its range
     */
    public PageRequest {
        requireNonNull(after, "after");
        if (size < 1 || size > LARGEST) {
            throw new IllegalArgumentException("size must be between 1 and " + LARGEST + ": " + size);
        }
    }

    /** The first page. */
    public static PageRequest first(int size) {
        return new PageRequest(size, Optional.empty());
    }

    /** The page that follows one whose {@code next} is given. */
    public static PageRequest after(String next, int size) {
        return new PageRequest(size, Optional.of(next));
    }
}
