package io.orderflow.queue.redis;

import java.util.Set;
import redis.clients.jedis.exceptions.JedisDataException;

/** The server answered with an error. The connection is in order. */
final class ReplyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A command that is answered by one of these was not executed. */
    private static final Set<String> NOT_EXECUTED = Set.of(
            "OOM",
            "READONLY",
            "LOADING",
            "NOAUTH",
            "WRONGPASS",
            "NOPERM",
            "MISCONF",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "NOREPLICAS",
            "BUSY",
            "MOVED",
            "ASK",
            "TRYAGAIN",
            "WRONGTYPE");

    private final String code;

    ReplyException(JedisDataException reply) {
        super(reply.getMessage(), reply);
        this.code = String.valueOf(reply.getMessage()).split(" ", 2)[0];
    }

    /** The first word of the answer, for example {@code OOM}. */
    String code() {
        return code;
    }

    /** True if the command certainly was not executed. */
    boolean isRefusal() {
        return NOT_EXECUTED.contains(code);
    }

    /** True if the stream or its group is not there: wiped, deleted or never made. */
    boolean isMissingGroup() {
        return code.equals("NOGROUP") || code.equals("UNBLOCKED");
    }
}
