package io.orderflow.examples.common;

import io.orderflow.Acceptance;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.rabbit.RabbitQueue;
import io.orderflow.queue.redis.RedisQueue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that say what carries orders from the intake to the workers. A mixin of every program that submits or
 * decides.
 */
public final class QueueOptions {
    /** What the queue is called unless the options say otherwise; all programs of one shop must agree. */
    public static final String DEFAULT_NAME = "orderflow";

    static final String PASSWORD_VARIABLE = "ORDER_QUEUE_PASSWORD";
    private static final String MEMORY = "memory";
    private static final String ROW_JOURNAL = "row-journal";
    private static final String GROUP_JOURNAL = "group-journal";
    private static final String QUEUE_ONLY = "queue-only";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--queue",
            paramLabel = "WHERE",
            defaultValue = MEMORY,
            description = "The queue between intake and workers: memory, redis://HOST[:PORT][/DATABASE],"
                    + " redis-sentinel://HOST,HOST/PRIMARY, redis-cluster://HOST,HOST,"
                    + " amqp://HOST[:PORT][,HOST[:PORT]...][/VHOST], or rediss and amqps for TLS."
                    + " Default: ${DEFAULT-VALUE}")
    private String queue;

    @Option(
            names = "--queue-name",
            paramLabel = "NAME",
            description = "Redis: the stream; RabbitMQ: the queue. Shops on one server need a name each. Default: "
                    + DEFAULT_NAME + ", for quickstart and loadtest one of their own for each database")
    private Optional<String> name;

    @Option(
            names = "--queue-user",
            paramLabel = "NAME",
            description =
                    "The queue's user. Default: the one in the URI, or the server's default user. The password comes"
                            + " from the environment variable " + PASSWORD_VARIABLE + ", from the URI, or from:")
    private Optional<String> user;

    @Option(
            names = "--queue-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the queue's password.")
    private Optional<Path> passwordFile;

    @Option(
            names = "--queue-trust",
            paramLabel = "FILE",
            description =
                    "With rediss: and amqps:, a PEM file of the only certificates to trust. Default: those of Java.")
    private Optional<Path> trust;

    @Mixin
    private SentinelOptions sentinels;

    @Option(
            names = "--queue-replicas",
            paramLabel = "N",
            description = "Redis: how many replicas must have a message before it counts as stored. Default: 0")
    private Optional<Integer> replicas;

    @Option(
            names = "--queue-prefetch",
            paramLabel = "N",
            description = "RabbitMQ: most messages that one worker has. With --ack-delay more than it decides in that "
                    + "time. Default: 100")
    private Optional<Integer> prefetch;

    @Mixin
    private FrameKeyOption frameKey;

    @Option(
            names = "--accept",
            paramLabel = "WHEN",
            defaultValue = ROW_JOURNAL,
            description =
                    "When an order is accepted: " + ROW_JOURNAL + ", when the database has it in a row of its own; "
                            + GROUP_JOURNAL + ", when the database has it in a row with others; " + QUEUE_ONLY
                            + ", when the queue has it. While one of the two is away, the other accepts, as long "
                            + "as it is durable."
                            + " Default: ${DEFAULT-VALUE}")
    private String accept;

    @Option(
            names = "--allow-weak-queue",
            description = "Let a queue accept orders alone although it may lose them when its server dies.")
    private boolean allowWeak;

    /** Of a program that examines RabbitMQ. */
    private Optional<URI> management = Optional.empty();

    /** Made by the command line. */
    public QueueOptions() {}

    /**
     * Opens the queue that the options name. Does no I/O on it: it may be away now.
     *
     * @throws ParameterException if an option's value cannot be used
     */
    public ShopQueue open() {
        return open(DEFAULT_NAME, System.getenv());
    }

    /**
     * The same for a program that examines it.
     *
     * @param address where the management plugin of RabbitMQ answers
     * @throws ParameterException if an option's value cannot be used, or the queue is not RabbitMQ's
     */
    public ShopQueue openManaged(Optional<URI> address) {
        if (address.isPresent() && !queue.startsWith("amqp")) {
            throw wrong("--management needs an amqp: or amqps: queue: "
                    + (queue.equals(MEMORY) ? MEMORY : ShownAddress.of(queue)));
        }
        management = address;
        return open();
    }

    /**
     * The same, under a name that belongs to this program and this shop unless the options give one: what another
     * shop's run left behind must not be decided here.
     *
     * @throws ParameterException if an option's value cannot be used
     */
    public ShopQueue openOwn(String programName, Shop shop) {
        return open(ownName(programName, shop), System.getenv());
    }

    private static String ownName(String programName, Shop shop) {
        String shopHash = Integer.toHexString((shop + " " + shop.tablePrefix()).hashCode());
        return DEFAULT_NAME + "-" + programName + "-" + shopHash;
    }

    /**
     * The options that make another program open the queue that {@link #openOwn} opens; passwords and keys only as the
     * names of files, unless they stand in the URI.
     */
    public List<String> ownArguments(String programName, Shop shop) {
        List<String> arguments = new ArrayList<>(List.of("--queue", queue, "--accept", accept));
        if (!queue.equals(MEMORY)) {
            arguments.addAll(List.of("--queue-name", name.orElseGet(() -> ownName(programName, shop))));
        }
        user.ifPresent(given -> arguments.addAll(List.of("--queue-user", given)));
        passwordFile.ifPresent(file -> arguments.addAll(List.of("--queue-password-file", file.toString())));
        trust.ifPresent(file -> arguments.addAll(List.of("--queue-trust", file.toString())));
        arguments.addAll(sentinels.arguments());
        replicas.ifPresent(count -> arguments.addAll(List.of("--queue-replicas", count.toString())));
        prefetch.ifPresent(count -> arguments.addAll(List.of("--queue-prefetch", count.toString())));
        arguments.addAll(frameKey.arguments());
        if (allowWeak) {
            arguments.add("--allow-weak-queue");
        }
        return arguments;
    }

    ShopQueue open(String defaultName, Map<String, String> environment) {
        String streamOrQueue = name.orElse(defaultName);
        Acceptance acceptance = acceptance();
        refuseWhatHasNoEffect(acceptance);
        return new ShopQueue(
                queue.equals(MEMORY) ? Optional.empty() : Optional.of(server(streamOrQueue, environment)),
                queue.equals(MEMORY) ? MEMORY : ShownAddress.of(queue) + " " + streamOrQueue,
                acceptance,
                allowWeak,
                queue.equals(MEMORY) ? Optional.empty() : frameKey.key(program, environment),
                false);
    }

    private void refuseWhatHasNoEffect(Acceptance acceptance) {
        if (queue.equals(MEMORY)) {
            refuse(name, "--queue-name");
            refuse(user, "--queue-user");
            refuse(passwordFile, "--queue-password-file");
            refuse(trust, "--queue-trust");
            sentinels.refuse(program, MEMORY);
            refuse(replicas, "--queue-replicas");
            refuse(prefetch, "--queue-prefetch");
            refuse(frameKey.file(), "--frame-key-file");
            if (acceptance == Acceptance.QUEUE_ONLY && !allowWeak) {
                throw wrong("--accept must be " + ROW_JOURNAL + " or " + GROUP_JOURNAL + " with --queue " + MEMORY
                        + ", which survives nothing, unless --allow-weak-queue is given: " + QUEUE_ONLY);
            }
            return;
        }
        String login = login(queue);
        if (!login.isEmpty() && user.isPresent()) {
            throw wrong("--queue-user must not be given with --queue URI that names one: " + ShownAddress.of(queue));
        }
        if (login.contains(":") && passwordFile.isPresent()) {
            throw wrong("--queue-password-file must not be given with --queue URI that has a password: "
                    + ShownAddress.of(queue));
        }
    }

    private void refuse(Optional<?> given, String option) {
        if (given.isPresent()) {
            throw wrong(option + " has no effect with --queue " + MEMORY);
        }
    }

    /** What stands before the host. */
    private static String login(String uri) {
        int slashes = uri.indexOf("//");
        int at = uri.lastIndexOf('@');
        return slashes >= 0 && at > slashes ? uri.substring(slashes + 2, at) : "";
    }

    private OrderQueue server(String streamOrQueue, Map<String, String> environment) {
        String scheme = queue.replaceAll(":.*", "");
        boolean asksSentinels = scheme.matches("rediss?-sentinel");
        if (!asksSentinels) {
            sentinels.refuse(program, ShownAddress.of(queue));
        }
        if (trust.isPresent() && !scheme.matches("rediss(-.*)?|amqps")) {
            throw wrong("--queue-trust needs a rediss: or amqps: queue: " + scheme);
        }
        Optional<String> password = passwordFile
                .map(file -> Secrets.firstLine(program, "--queue-password-file", file))
                .or(() -> Optional.ofNullable(environment.get(PASSWORD_VARIABLE)))
                .filter(text -> !text.isEmpty());
        try {
            return switch (scheme) {
                case "redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster" ->
                    redis(streamOrQueue, password, asksSentinels ? environment : Map.of());
                case "amqp", "amqps" -> rabbit(streamOrQueue, password);
                default ->
                    throw wrong("--queue must be memory or a redis:, rediss:, redis-sentinel:, redis-cluster:, amqp: or"
                            + " amqps: URI: " + scheme);
            };
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw wrong("--queue: " + e.getMessage());
        }
    }

    private OrderQueue redis(String stream, Optional<String> password, Map<String, String> forSentinels) {
        if (prefetch.isPresent()) {
            throw wrong("--queue-prefetch needs an amqp queue: " + ShownAddress.of(queue));
        }
        RedisQueue.Builder builder = RedisQueue.builder(queue).stream(stream);
        user.ifPresent(builder::user);
        password.ifPresent(builder::password);
        trust.map(this::context).ifPresent(builder::sslContext);
        replicas.ifPresent(builder::replicas);
        sentinels.applyTo(builder, program, forSentinels);
        return builder.build();
    }

    private OrderQueue rabbit(String queueName, Optional<String> password) {
        if (replicas.isPresent()) {
            throw wrong("--queue-replicas needs a redis queue: " + ShownAddress.of(queue));
        }
        RabbitQueue.Builder builder = RabbitQueue.builder(queue).queue(queueName);
        management.ifPresent(builder::management);
        user.ifPresent(builder::user);
        password.ifPresent(builder::password);
        trust.map(this::context).ifPresent(builder::sslContext);
        prefetch.ifPresent(builder::prefetch);
        return builder.build();
    }

    private SSLContext context(Path pem) {
        try {
            return Certificates.trust(pem);
        } catch (IOException | GeneralSecurityException e) {
            throw wrong("--queue-trust must be a PEM file of certificates: " + pem + ": " + e.getMessage());
        }
    }

    private Acceptance acceptance() {
        return switch (accept) {
            case ROW_JOURNAL -> Acceptance.ROW_JOURNAL;
            case GROUP_JOURNAL -> Acceptance.GROUP_JOURNAL;
            case QUEUE_ONLY -> Acceptance.QUEUE_ONLY;
            default ->
                throw wrong(
                        "--accept must be " + ROW_JOURNAL + ", " + GROUP_JOURNAL + " or " + QUEUE_ONLY + ": " + accept);
        };
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
