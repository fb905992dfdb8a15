package io.orderflow.queue.redis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a node of a cluster sends who asks it for a slot that is not, or not quite, its own.
 *
 * @param node to which one
 * @param asking whether that one has the slot only for who says ASKING first, since it is just being moved there
 */
record Redirection(RedisNode node, boolean asking) {
    private static final Pattern REDIRECTION = Pattern.compile("(MOVED|ASK) \\d+ (\\S+):(\\d{1,5})(?:\\s.*)?");

    /** What an answer says; empty also if it does not name the host, which only another question can tell then. */
    static Optional<Redirection> of(String answer) {
        Matcher parts = REDIRECTION.matcher(answer);
        return parts.matches()
                ? Optional.of(new Redirection(
                        new RedisNode(parts.group(2), Integer.parseInt(parts.group(3))),
                        parts.group(1).equals("ASK")))
                : Optional.empty();
    }
}
