package io.orderflow.queue.redis;

import static java.util.Objects.requireNonNull;

import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueChecks;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.queue.QueueFinding;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A queue in a stream of Redis, 6.2 or later: of one server, of the primary that Sentinels name, or of a cluster. All
 * objects with the same server, database, stream and group share the messages, in one process or many. Keeps the rules
 * Q1 to Q13 of {@code io.orderflow.queue}. Thread-safe but for what {@link #openConsumer} returns.
 *
 * <p>Nothing is ever trimmed: a message stays until it is acked. A stream that was wiped, by FLUSHALL for example, is
 * created again by the next use. What a stored message survives is the server's setting, see {@link #durability()}.
 *
 * <p>The user needs, for the stream's key, the commands {@code xadd}, {@code xlen}, {@code xrange}, {@code xgroup},
 * {@code xreadgroup}, {@code xpending}, {@code xclaim}, {@code xack}, {@code xdel}, {@code xinfo}, {@code eval},
 * {@code evalsha}, and {@code ping} and {@code select}; for {@link #durability()} to be known also {@code info} and
 * {@code config|get}, with {@link Builder#replicas} {@code wait}, and in a cluster {@code cluster|slots} and
 * {@code asking}.
 */
@NullMarked
public final class RedisQueue implements OrderQueue {
    private static final Duration LONGEST_LEASE = Duration.ofHours(24);
    private static final AtomicLong THREADS = new AtomicLong();

    private final RedisSettings settings;
    private final String name;
    private final ThreadPoolExecutor threads;
    private final LinkWatchdog watchdog;
    private final Connector connector;
    private final RedisStream stream;
    private final QueueParts parts;
    private final DurabilityReader durability;
    private final RedisPublisher publisher;
    private final String consumerPrefix = "orderflow-" + UUID.randomUUID() + "-";
    private final AtomicLong consumers = new AtomicLong();
    private volatile boolean closed;

    private RedisQueue(RedisSettings settings) {
        this.settings = settings;
        this.name = "redis:" + settings.stream();
        ThreadFactory factory = RedisQueue::newThread;
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
        this.watchdog = new LinkWatchdog(factory);
        this.connector = new Connector(settings, threads, watchdog);
        Links links = new Links(connector);
        this.stream = new RedisStream(settings.stream(), settings.group(), new Replication(settings.replicas()));
        Upkeep upkeep = new Upkeep(name, stream, settings.deadAfter());
        boolean sentinels = settings.address().kind() == RedisAddress.Kind.SENTINEL;
        this.parts = new QueueParts(stream, links, upkeep, new ReadSize(), settings.answerTimeout(), sentinels);
        this.durability = new DurabilityReader(settings, links, threads);
        this.publisher = new RedisPublisher(name, parts, durability);
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "orderflow-redis-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts from an address and the defaults. With TLS it is {@code rediss}, {@code rediss-sentinel} or
     * {@code rediss-cluster}; special characters in user and password are percent-encoded.
     *
     * <ul>
     *   <li>{@code redis://[user:password@]host[:port][/database]}: one server; port 6379 and database 0 if absent.
     *   <li>{@code redis-sentinel://[user:password@]host[:port],host[:port],…/primary[/database]}: Sentinels, which are
     *       asked in turn for the server that they call so; port 26379 if absent. User and password are the server's.
     *   <li>{@code redis-cluster://[user:password@]host[:port],host[:port],…}: some nodes of a cluster, which are asked
     *       for the one that has the stream, and for the other nodes; port 6379 if absent.
     * </ul>
     *
     * @throws IllegalArgumentException if it is anything else; the message does not repeat user and password
     */
    public static Builder builder(URI uri) {
        return new Builder(RedisAddress.of(uri));
    }

    /**
     * The same from text.
     *
     * @throws IllegalArgumentException if it is no such URI; the message does not repeat user and password
     */
    public static Builder builder(String uri) {
        return new Builder(RedisAddress.parse(uri));
    }

    /** {@code redis:} and the stream. */
    @Override
    public String name() {
        return name;
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
        QueueChecks.requirePublishable(message, timeout, StreamEntry.LARGEST);
        if (closed) {
            return PublishResult.refused(name + " is closed");
        }
        return publisher.publish(message, timeout);
    }

    /**
     * Opens a consumer that holds each message it receives for a lease.
     *
     * @param lease how long a message stays the consumer's own without renewal, 1 s to 24 h
     * @throws IllegalArgumentException if the lease is not between 1 s and 24 h
     * @throws QueueException if the server cannot be reached or refuses
     */
    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        QueueChecks.requireLease(lease, LONGEST_LEASE);
        requireOpen();
        String consumerName = consumerPrefix + consumers.incrementAndGet() + "." + lease.toMillis();
        RedisConsumer consumer = new RedisConsumer(this, parts, consumerName, lease.toMillis());
        boolean opened = false;
        try {
            consumer.open();
            opened = true;
            return consumer;
        } finally {
            if (!opened) {
                consumer.close();
            }
        }
    }

    /** How many messages the stream has, held ones included; empty when the server cannot be asked now. */
    @Override
    public OptionalLong depth() {
        try {
            return OptionalLong.of(ask("asking for the depth", stream::length));
        } catch (QueueException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * DURABLE while the server has {@code appendonly yes}, {@code appendfsync always}, {@code no-appendfsync-on-rewrite
     * no}, the last write of the append-only file worked, no {@code maxmemory} with an eviction policy, and either no
     * replica or as many as {@link Builder#replicas} asks for; UNKNOWN when it cannot be asked or the user may not ask
     * it, else WEAK. A reading is at most a minute old.
     */
    @Override
    public Durability durability() {
        return closed ? new Durability(Durability.Level.UNKNOWN, name + " is closed") : durability.get();
    }

    /** For example {@code Redis 7.0.15}; empty also when the user may not run {@code info}. */
    @Override
    public Optional<String> server() {
        return closed ? Optional.empty() : durability.server();
    }

    @Override
    public int largestMessage() {
        return StreamEntry.LARGEST;
    }

    /**
     * Asks the server for all that publishing and consuming need, and changes nothing.
     *
     * @throws QueueException if the server cannot be reached or refuses one of them: it is full, a replica or loading,
     *     the user lacks a permission, the key holds something that is no stream; says which
     */
    @Override
    public void check() throws QueueException {
        ask("checking", (link, deadline) -> {
            stream.probe(link, deadline);
            stream.check(link, deadline);
            return true;
        });
    }

    /**
     * Asks for the server's version, its settings of durability and memory, its replicas, and all that {@link #check}
     * asks for. Each of a few questions may take the answer time-out.
     */
    @Override
    public List<QueueFinding> examine(Duration timeout) {
        return new RedisExamination(settings).run(stream, this::ask);
    }

    @Override
    public void close() {
        closed = true;
        connector.close();
        threads.shutdown();
        watchdog.close();
    }

    /** The server and the stream, without user and password. */
    @Override
    public String toString() {
        return "RedisQueue(" + settings + ")";
    }

    void requireOpen() throws QueueException {
        if (closed) {
            throw new QueueException(name + " is closed");
        }
    }

    private <T> T ask(String what, RedisCall<T> question) throws QueueException {
        requireOpen();
        return publisher.ask(what, question);
    }

    /** Collects settings; each has a default. Not thread-safe. */
    public static final class Builder {
        private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
        private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
        private static final int MOST_REPLICAS = 100;

        private final RedisAddress address;
        private String stream = "orderflow";
        private String group = "orderflow";
        private @Nullable String user;
        private @Nullable Supplier<String> password;
        private String sentinelUser = "";
        private String sentinelPassword = "";
        private int replicas;
        private Duration connectTimeout = Duration.ofSeconds(1);
        private Duration answerTimeout = Duration.ofSeconds(1);
        private @Nullable SSLContext sslContext;
        private boolean verifyHostname = true;
        private Duration deadAfter = Duration.ofMinutes(10);

        private Builder(RedisAddress address) {
            this.address = address;
            this.user = address.user();
            this.password = address::password;
        }

        /**
         * The key of the stream. It must hold nothing else. Default {@code orderflow}; at least one character.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder stream(String key) {
            this.stream = requireText("stream", key);
            return this;
        }

        /**
         * The name of the consumer group. All workers on a stream must have the same one, as acked messages are
         * removed. Default {@code orderflow}; at least one character.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder group(String name) {
            this.group = requireText("group", name);
            return this;
        }

        /**
         * The user (ACL) to sign in as. Default that of the URI, else the server's default user.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder user(String name) {
            this.user = requireText("user", name);
            return this;
        }

        /**
         * The password. Default that of the URI, else none.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder password(String secret) {
            requireSecret("password", secret);
            this.password = () -> secret;
            return this;
        }

        /**
         * Where each new connection gets the password from, for passwords that change. Called by a thread of this
         * queue, maybe by several at once; while it takes long or throws, there is no connection. Takes the place of
         * {@link #password}, and the other way round. Default none.
         */
        public Builder passwordSource(Supplier<String> source) {
            this.password = requireNonNull(source, "passwordSource");
            return this;
        }

        /**
         * The user (ACL) to sign in as with Sentinels, if they want one. Default their default user; only with
         * {@code redis-sentinel}.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder sentinelUser(String name) {
            this.sentinelUser = requireText("sentinelUser", name);
            return this;
        }

        /**
         * The password for Sentinels. Default none; only with {@code redis-sentinel}.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder sentinelPassword(String secret) {
            this.sentinelPassword = requireSecret("sentinelPassword", secret);
            return this;
        }

        /**
         * How many replicas must have a message, too, before publishing it is DONE: the server is asked by WAIT, in the
         * same round trip. What fewer have in time is UNKNOWN: the server has it, and a replica that takes over does
         * not. Without it, a server that has replicas is never durable. With it, one that too few replicas follow is
         * not. Default 0, smallest 0, largest 100.
         *
         * @throws IllegalArgumentException if out of range
         */
        public Builder replicas(int count) {
            if (count < 0 || count > MOST_REPLICAS) {
                throw new IllegalArgumentException("replicas must be between 0 and " + MOST_REPLICAS + ": " + count);
            }
            this.replicas = count;
            return this;
        }

        /**
         * Longest time to make a connection to one server, from the TCP connect to the end of the sign-in; Sentinels
         * and nodes of a cluster that are asked on the way have it each. A publish never waits longer for one than its
         * own time-out. Default 1 s, smallest 10 ms, largest 1 min.
         *
         * @throws IllegalArgumentException if out of range
         */
        public Builder connectTimeout(Duration time) {
            this.connectTimeout = requireTimeout("connectTimeout", time);
            return this;
        }

        /**
         * Longest wait for an answer of the server, except of publish and receive, which are told how long they may
         * take. Default 1 s, smallest 10 ms, largest 1 min.
         *
         * @throws IllegalArgumentException if out of range
         */
        public Builder answerTimeout(Duration time) {
            this.answerTimeout = requireTimeout("answerTimeout", time);
            return this;
        }

        /**
         * What makes the sockets of {@code rediss}: whom to trust, and the client's own certificate. Default the JVM's.
         * Only with {@code rediss}.
         */
        public Builder sslContext(SSLContext context) {
            this.sslContext = requireNonNull(context, "sslContext");
            return this;
        }

        /** Whether the server's certificate must name the host of the URI. Default true; only with {@code rediss}. */
        public Builder verifyHostname(boolean verify) {
            this.verifyHostname = verify;
            return this;
        }

        /** How long a consumer that holds nothing is silent before it counts as dead, for tests. */
        Builder deadAfter(Duration time) {
            this.deadAfter = time;
            return this;
        }

        /**
         * Builds the queue. Does no I/O.
         *
         * @throws IllegalStateException if TLS is set for a URI without TLS, or a sign-in with Sentinels for a URI
         *     without any
         */
        public RedisQueue build() {
            String sentinelSecret = sentinelPassword;
            boolean forSentinels = !sentinelUser.isEmpty() || !sentinelSecret.isEmpty();
            if (forSentinels && address.kind() != RedisAddress.Kind.SENTINEL) {
                throw new IllegalStateException(
                        "sentinelUser and sentinelPassword need a redis-sentinel URI: " + address);
            }
            if (!address.tls() && (sslContext != null || !verifyHostname)) {
                throw new IllegalStateException("sslContext and verifyHostname need a rediss URI: " + address);
            }
            return new RedisQueue(new RedisSettings(
                    address,
                    stream,
                    group,
                    user,
                    password,
                    sentinelUser,
                    () -> sentinelSecret,
                    replicas,
                    connectTimeout,
                    answerTimeout,
                    address.tls() ? context() : null,
                    verifyHostname,
                    deadAfter));
        }

        private SSLContext context() {
            try {
                return sslContext == null ? SSLContext.getDefault() : sslContext;
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this JVM has no default SSLContext", e);
            }
        }

        private static String requireText(String field, String value) {
            if (requireNonNull(value, field).isBlank()) {
                throw new IllegalArgumentException(field + " must not be blank: '" + value + "'");
            }
            return value;
        }

        private static String requireSecret(String field, String value) {
            if (requireNonNull(value, field).isEmpty()) {
                throw new IllegalArgumentException(field + " must not be empty");
            }
            return value;
        }

        private static Duration requireTimeout(String field, Duration value) {
            requireNonNull(value, field);
            if (value.compareTo(SHORTEST_TIMEOUT) < 0 || value.compareTo(LONGEST_TIMEOUT) > 0) {
                throw new IllegalArgumentException(
                        field + " must be between " + SHORTEST_TIMEOUT + " and " + LONGEST_TIMEOUT + ": " + value);
            }
            return value;
        }
    }
}
