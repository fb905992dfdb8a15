package io.orderflow.queue.redis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Servers that are asked which one takes the orders, one after the other, until the one that is named says itself that
 * it is no replica. One of them may be away, know nothing, or name one that took the orders before. Thread-safe.
 *
 * @param kind what such a server is, for messages
 * @param order in which they are asked
 * @param question asks one
 * @param signIn for the one that is named
 */
record AskedServers(String kind, AskingOrder order, Question question, SignIn signIn, Dialer dialer) {
    /** What each of them is asked. */
    interface Question {
        /** The server that it names. */
        RedisNode ask(RedisNode server) throws IOException;
    }

    /**
     * Connects to the one that they name.
     *
     * @param what is looked for, for the message
     * @param failures what was tried before, for the message
     * @throws IOException if there is none; says of each of them why
     */
    RedisLink connect(String what, List<String> failures) throws IOException {
        Set<RedisNode> tried = new HashSet<>();
        for (RedisNode server : order.now()) {
            RedisNode named;
            try {
                named = ask(server);
            } catch (IOException e) {
                failures.add(kind + " " + server + ": " + e.getMessage());
                continue;
            }
            try {
                return connectTo(named, tried);
            } catch (IOException e) {
                failures.add(kind + " " + server + " names " + named + ": " + e.getMessage());
            }
        }
        throw none(what, failures);
    }

    /**
     * The one that the first of them names that tells; the next question goes to another of them.
     *
     * @param what is looked for, for the message
     * @throws IOException if none tells; says of each of them why
     */
    RedisNode named(String what) throws IOException {
        List<String> failures = new ArrayList<>();
        for (RedisNode server : order.now()) {
            try {
                return ask(server);
            } catch (IOException e) {
                failures.add(kind + " " + server + ": " + e.getMessage());
            }
        }
        throw none(what, failures);
    }

    private RedisNode ask(RedisNode server) throws IOException {
        try {
            RedisNode named = question.ask(server);
            order.answered(server);
            return named;
        } catch (IOException e) {
            order.failed(server);
            throw e;
        }
    }

    private static IOException none(String what, List<String> failures) {
        return new IOException("no " + what + " found: " + String.join("; ", failures));
    }

    private RedisLink connectTo(RedisNode named, Set<RedisNode> tried) throws IOException {
        if (!tried.add(named)) {
            throw new IOException("as before");
        }
        Dialer.Contact contact = dialer.dial(named, signIn);
        if (contact.greeting().replica()) {
            contact.link().kill();
            throw new IOException("it is a replica");
        }
        return contact.link();
    }
}
