package io.orderflow.queue.redis;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;

/** The server answered with an error. The connection is in order, but maybe not one to the right server. */
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

    /**
     * What a server says that is not, or not now, the one that takes writes: a former primary, one that loads or lost
     * its replicas or its disk, one that wants a sign-in anew. The address may lead to another one by now.
     */
    private static final Set<String> WRONG_SERVER = Set.of(
            "READONLY", "MASTERDOWN", "LOADING", "NOREPLICAS", "CLUSTERDOWN", "MOVED", "ASK", "MISCONF", "NOAUTH");

    /** Before version 7 a script's own error hides the one that it met. */
    private static final Pattern IN_SCRIPT = Pattern.compile("@user_script.*?: -([A-Z]+) ");

    private final String code;

    ReplyException(JedisDataException reply) {
        super(String.valueOf(reply.getMessage()), reply);
        Matcher hidden = IN_SCRIPT.matcher(getMessage());
        this.code = hidden.find() ? hidden.group(1) : getMessage().split(" ", 2)[0];
    }

    /** The first word of the answer, for example {@code OOM}. */
    String code() {
        return code;
    }

    /** True if the command certainly was not executed. */
    boolean isRefusal() {
        return NOT_EXECUTED.contains(code);
    }

    /** True if the next connection may lead to a server that does not refuse. */
    boolean isOfWrongServer() {
        return WRONG_SERVER.contains(code);
    }

    /** True if the stream or its group is not there: wiped, deleted or never made. */
    boolean isMissingGroup() {
        return code.equals("NOGROUP") || code.equals("UNBLOCKED");
    }
}
