package io.orderflow.queue.redis;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** The first words on a connection: who we are, which database, and whether the server is new enough. */
final class SignIn {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
    private static final int LEAST_MAJOR = 6;
    private static final int LEAST_MINOR = 2;

    private SignIn() {}

    /**
     * Signs in.
     *
     * @throws IOException if the server refuses, is too old or does not answer; says which
     */
    static void run(RedisLink link, RedisSettings settings, Deadline deadline) throws IOException {
        try {
            requireVersion(version(link.call(hello(settings), deadline)));
        } catch (ReplyException e) {
            throw new IOException(refusal(e, settings), e);
        }
        if (settings.address().database() != 0) {
            select(link, settings.address().database(), deadline);
        }
    }

    private static CommandArguments hello(RedisSettings settings) {
        CommandArguments hello = new CommandArguments(Command.HELLO).add("2");
        String password = requireNonNull(settings.password().get(), "the source of the password gave null");
        if (!settings.user().isEmpty() || !password.isEmpty()) {
            hello.add("AUTH")
                    .add(settings.user().isEmpty() ? "default" : settings.user())
                    .add(password);
        }
        return hello.add("SETNAME").add("orderflow");
    }

    private static String refusal(ReplyException e, RedisSettings settings) {
        String who = settings.user().isEmpty() ? "the default user" : "user " + settings.user();
        return switch (e.code()) {
            case "WRONGPASS" -> "the server does not accept the password of " + who + ": " + e.getMessage();
            case "NOAUTH" -> "the server asks for a password, and none is set: " + e.getMessage();
            default -> "sign-in as " + who + " was refused: " + e.getMessage();
        };
    }

    private static void select(RedisLink link, int database, Deadline deadline) throws IOException {
        try {
            link.call(new CommandArguments(Command.SELECT).add(database), deadline);
        } catch (ReplyException e) {
            throw new IOException("database " + database + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** What the server calls its version; empty if it does not say. */
    private static String version(Object hello) {
        if (hello instanceof List<?> pairs) {
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                if ("version".equals(Replies.text(pairs.get(i)))) {
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
