package io.orderflow.queue.redis;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * The first words on a connection: who we are, which database, and whether the server is new enough.
 *
 * @param user empty for the server's default user
 * @param password asked at each connect; gives an empty text for none
 * @param database 0 where the server has no others
 */
record SignIn(String user, Supplier<String> password, int database) {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
    private static final int LEAST_MAJOR = 6;
    private static final int LEAST_MINOR = 2;

    /** What a server is, as it said itself. */
    enum Mode {
        /** One that stands alone or has replicas; also one that does not say. */
        SERVER,
        SENTINEL,
        CLUSTER;

        private static Mode of(String said) {
            return switch (said) {
                case "sentinel" -> SENTINEL;
                case "cluster" -> CLUSTER;
                default -> SERVER;
            };
        }
    }

    /**
     * What a server said to us.
     *
     * @param replica whether it is one
     */
    record Greeting(Mode mode, boolean replica) {}

    /**
     * Signs in.
     *
     * @throws IOException if the server refuses, is too old or does not answer; says which
     */
    Greeting run(RedisLink link, Deadline deadline) throws IOException {
        Object hello;
        try {
            hello = link.call(hello(), deadline);
        } catch (ReplyException e) {
            throw new IOException(refusal(e), e);
        }
        requireVersion(said(hello, "version"));
        if (database != 0) {
            select(link, deadline);
        }
        return new Greeting(Mode.of(said(hello, "mode")), said(hello, "role").equals("replica"));
    }

    private CommandArguments hello() {
        CommandArguments hello = new CommandArguments(Command.HELLO).add("2");
        String secret = requireNonNull(password.get(), "the source of the password gave null");
        if (!user.isEmpty() || !secret.isEmpty()) {
            hello.add("AUTH").add(user.isEmpty() ? "default" : user).add(secret);
        }
        return hello.add("SETNAME").add("orderflow");
    }

    private String refusal(ReplyException e) {
        String who = user.isEmpty() ? "the default user" : "user " + user;
        return switch (e.code()) {
            case "WRONGPASS" -> "the server does not accept the password of " + who + ": " + e.getMessage();
            case "NOAUTH" -> "the server asks for a password, and none is set: " + e.getMessage();
            default -> "sign-in as " + who + " was refused: " + e.getMessage();
        };
    }

    private void select(RedisLink link, Deadline deadline) throws IOException {
        try {
            link.call(new CommandArguments(Command.SELECT).add(database), deadline);
        } catch (ReplyException e) {
            throw new IOException("database " + database + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** What the server calls something of itself; empty if it does not say. */
    private static String said(Object hello, String what) {
        if (hello instanceof List<?> pairs) {
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                if (what.equals(Replies.text(pairs.get(i)))) {
                    return Replies.text(pairs.get(i + 1));
                }
            }
        }
        return "";
    }

    /** A version that cannot be read passes: the commands will tell. */
    static void requireVersion(String version) throws IOException {
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.matches()) {
            return;
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        if (major < LEAST_MAJOR || (major == LEAST_MAJOR && minor < LEAST_MINOR)) {
            throw new IOException("the server is version " + version + ", needed is 6.2 or later");
        }
    }
}
