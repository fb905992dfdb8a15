package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Reads answers as they come from the protocol: bytes, numbers and lists of them. */
final class Replies {
    private Replies() {}

    static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(reply);
    }

    static long number(Object reply) {
        return reply instanceof Long number ? number : Long.parseLong(text(reply));
    }

    /** The list, empty for nil. */
    @SuppressWarnings("unchecked")
    static List<Object> list(Object reply) {
        return reply == null ? List.of() : (List<Object>) reply;
    }
}
