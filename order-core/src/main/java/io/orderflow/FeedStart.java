package io.orderflow;

/** Where a feed begins that the database does not know yet. */
public enum FeedStart {
    /** With the first thing that ever happened. */
    BEGINNING,
    /** With what happens from its making on. What happens in that very moment may be among it or not. */
    NOW
}
