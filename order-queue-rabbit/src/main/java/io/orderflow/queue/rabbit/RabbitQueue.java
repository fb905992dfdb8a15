package io.orderflow.queue.rabbit;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import io.orderflow.queue.Durability;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueChecks;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.queue.QueueFinding;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A quorum queue of RabbitMQ as an order queue. Thread-safe but for what {@link #openConsumer} returns.
 *
 * <p>The queue is declared at first use: durable, of type quorum, {@code x-delivery-limit} 1,000,000,
 * {@code x-overflow} {@code reject-publish}, named without an exchange of its own. Messages are published to it by
 * name, persistent and mandatory, and are DONE with the server's confirm. One that the server returns or does not take
 * is REFUSED, one whose connection was lost before its confirm is UNKNOWN. While the server blocks publishers (an alarm
 * of its memory or disk), publishing is refused at once.
 *
 * <p>One connection publishes and asks; each consumer has one of its own. None is made before it is needed, and each is
 * made anew by itself after its loss, with pauses of up to 1 s while the server is away and of up to 5 s while it ends
 * young connections, as it does where the user may not read. All threads are daemons and end with {@link #close}; none
 * of them ends for an error before.
 *
 * <p>A message that others put into the queue and that is larger than {@link #largestMessage} comes as
 * {@link io.orderflow.queue.Delivery#oversized}, whatever its size. The exception is a factory whose TLS comes from
 * {@code setSslContextFactory} alone: there one above 16 MiB ends the connection each time it comes.
 *
 * <p>RabbitMQ has no lease: what a consumer holds is its own until it settles it or its connection ends. The lease of
 * {@link #openConsumer} is kept on this side. It ends early with the consumer's connection.
 */
@NullMarked
public final class RabbitQueue implements OrderQueue {
    private static final int LARGEST_MESSAGE = 256 * 1024;
    /** Half of the time after which RabbitMQ by default ends a consumer that holds a message (consumer_timeout). */
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(15);

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final RabbitSettings settings;
    private final Watch watch;
    private final RabbitParts parts;
    private final Trouble trouble;
    private final RabbitPublisher publisher;
    private final Set<RabbitConsumer> consumers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile boolean closed;

    private RabbitQueue(RabbitSettings settings) {
        this.settings = settings;
        IoThreads threads = new IoThreads(settings.queue());
        this.watch = new Watch(settings.timeout().multipliedBy(2), threads);
        this.parts = new RabbitParts(settings, new Nodes(settings), threads, watch, new QueueDeclaration(settings));
        this.trouble = new Trouble(settings);
        this.publisher = new RabbitPublisher(parts);
    }

    /**
     * Starts from an address, as {@link #builder(String)} does. A {@code URI} cannot hold every list of hosts that a
     * {@code String} can.
     *
     * @throws IllegalArgumentException if it is one that {@link #builder(String)} refuses
     */
    public static Builder builder(URI uri) {
        return new Builder(RabbitAddress.of(requireNonNull(uri, "uri").toString()));
    }

    /**
     * Starts from a server's address: {@code amqp://user:password@host:port/vhost}, or {@code amqps} for TLS. Left out,
     * the user and password are {@code guest}, the port is 5672 (TLS: 5671), the virtual host is {@code /}. What stands
     * in the URI is decoded: a virtual host {@code /shop} is {@code %2Fshop} there.
     *
     * <p>The nodes of a cluster are several hosts: {@code amqp://user:password@a,b:5673,[::1]/vhost}. A connection
     * tries one after the other, at first in the order of the list; then the one that worked last comes first, and one
     * that failed comes last. Each has its share of what is left of {@link Builder#connectTimeout}, at least 1 s.
     *
     * @throws IllegalArgumentException if it is not a URI, or has another scheme, no host, an empty place in the list
     *     of hosts, one host and port twice, a port out of range, a query, a fragment or more than one path segment
     */
    public static Builder builder(String uri) {
        return new Builder(RabbitAddress.of(requireNonNull(uri, "uri")));
    }

    /**
     * Starts from a factory of amqp-client, which is copied: later changes to it change nothing here. Its automatic
     * recovery is turned off in the copy, its heartbeat, time-outs, threads, exception handler and kind of input and
     * output are replaced. TLS is as the factory has it, but for {@link Builder#verifyHostname}.
     */
    public static Builder builder(ConnectionFactory factory) {
        return new Builder(RabbitAddress.of(requireNonNull(factory, "factory").clone()));
    }

    /**
     * Starts from a factory as {@link #builder(ConnectionFactory)} does, but for its host and port: the nodes of a
     * cluster take their place, see {@link #builder(String)}.
     *
     * @param nodes in the order in which they are tried at first; one without a port has the default one
     * @throws IllegalArgumentException if there is none, one has no host or a port out of range, or is there twice
     */
    public static Builder builder(ConnectionFactory factory, List<Address> nodes) {
        return new Builder(
                RabbitAddress.of(requireNonNull(factory, "factory").clone(), requireNonNull(nodes, "nodes")));
    }

    @Override
    public String name() {
        return "rabbit:" + settings.queue();
    }

    @Override
    public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
        QueueChecks.requirePublishable(message, timeout, LARGEST_MESSAGE);
        return publisher.publish(message, timeout);
    }

    /**
     * Opens a consumer that holds each message it receives for a lease.
     *
     * <p>A process that is frozen keeps what it holds until its connection has missed its heartbeats: about one to two
     * leases, and at least 2 s. With leases above 2 minutes, or above twice the server's own heartbeat, it loses them
     * earlier.
     *
     * @throws IllegalArgumentException if the lease is not between 1 s and 15 min
     */
    @Override
    public QueueConsumer openConsumer(Duration lease) throws QueueException {
        QueueChecks.requireLease(lease, LONGEST_LEASE);
        if (closed) {
            throw new QueueException(settings.where() + " is closed");
        }
        RabbitConsumer consumer = newConsumer(lease);
        boolean open = false;
        try {
            consumer.open();
            open = true;
            return consumer;
        } finally {
            if (!open) {
                consumer.close();
            }
        }
    }

    private RabbitConsumer newConsumer(Duration lease) {
        RabbitConsumer consumer =
                new RabbitConsumer(parts, trouble, lease, opened.incrementAndGet(), consumers::remove);
        consumers.add(consumer);
        if (closed) {
            consumer.queueClosed();
        }
        return consumer;
    }

    /**
     * How many messages are ready on the server, and how many the consumers of this object hold. What other processes
     * hold is missing: AMQP does not tell.
     */
    @Override
    public OptionalLong depth() {
        try {
            long ready = publisher.ask(LONGEST_ANSWER);
            return OptionalLong.of(
                    ready + consumers.stream().mapToLong(RabbitConsumer::holds).sum());
        } catch (QueueException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * DURABLE when the server has compared the queue with what it must be in the last minute, on the connection that
     * publishes. WEAK in the first 10 s of a queue that this object made: RabbitMQ may forget so new a queue when it is
     * killed. UNKNOWN while the server cannot be asked. It does not know of policies, which AMQP does not show: one
     * with {@code overflow} {@code drop-head} makes RabbitMQ delete confirmed messages all the same.
     */
    @Override
    public Durability durability() {
        return publisher.durability(LONGEST_ANSWER);
    }

    /** For example {@code RabbitMQ 4.1.0}. */
    @Override
    public Optional<String> server() {
        return publisher.server(LONGEST_ANSWER);
    }

    @Override
    public int largestMessage() {
        return LARGEST_MESSAGE;
    }

    @Override
    public int mostHeld() {
        return settings.prefetch();
    }

    @Override
    public void check() throws QueueException {
        publisher.ask(settings.timeout());
    }

    /**
     * Asks for the server's version, compares the queue's arguments if it is there, and sends an empty message to a
     * name that no queue has, since the server tells of an alarm only to who publishes. Asks the management plugin for
     * policies, members and partitions if {@link Builder#management} names it. Uses a connection of its own.
     */
    @Override
    public List<QueueFinding> examine(Duration timeout) {
        return closed
                ? List.of(QueueFinding.unusable(settings.where() + " is closed"))
                : new RabbitExamination(parts, timeout).run();
    }

    /**
     * Ends what this object opened; waiting receivers return. Never throws, idempotent. Takes up to 2 s where the
     * server does not answer.
     */
    @Override
    public void close() {
        closed = true;
        List<RabbitConsumer> open = List.copyOf(consumers);
        open.forEach(RabbitConsumer::queueClosed);
        publisher.close();
        open.forEach(each -> each.awaitEnd(CLOSE));
        try {
            publisher.awaitEnd(CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watch.stop();
    }

    /** The queue and its server, without user and password. */
    @Override
    public String toString() {
        return "RabbitQueue[" + settings.where() + "]";
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private static final int LONGEST_NAME = 255;
        private static final int MOST_PREFETCH = 20_000;
        private static final int LARGEST_WINDOW = 10_000;
        private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
        private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
        /** Larger messages are cut before the client library sees them; this is for what has no sieve. */
        private static final int LARGEST_INBOUND = 16 << 20;

        private final ConnectionFactory factory;
        private final List<NodeAddress> nodes;
        private String queue = "orderflow";
        private int prefetch = 100;
        private int confirmWindow = 256;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private boolean verifyHostname = true;
        private @Nullable URI management;

        private Builder(RabbitAddress address) {
            this.factory = address.factory();
            this.nodes = address.nodes();
        }

        /**
         * The queue's name. Default {@code orderflow}.
         *
         * @param name 1 to 255 bytes in UTF-8, not starting with {@code amq.}, which is the server's
         * @throws IllegalArgumentException otherwise
         */
        public Builder queue(String name) {
            int length = requireNonNull(name, "queue").getBytes(StandardCharsets.UTF_8).length;
            if (length < 1 || length > LONGEST_NAME || name.startsWith("amq.")) {
                throw new IllegalArgumentException(
                        "queue must have 1 to " + LONGEST_NAME + " bytes and not start with amq.: " + name);
            }
            this.queue = name;
            return this;
        }

        /**
         * The user. Default: that of the URI or the factory.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder user(String user) {
            if (requireNonNull(user, "user").isEmpty()) {
                throw new IllegalArgumentException("user must not be empty");
            }
            factory.setUsername(user);
            return this;
        }

        /**
         * The user's password; never shown. Default: that of the URI or the factory.
         *
         * @throws IllegalArgumentException if empty
         */
        public Builder password(String password) {
            if (requireNonNull(password, "password").isEmpty()) {
                throw new IllegalArgumentException("password must not be empty");
            }
            factory.setPassword(password);
            return this;
        }

        /**
         * Most messages that one consumer has, held or on their way to it. Default 100. More than one batch needs keeps
         * work from other consumers; less makes batches smaller, and under light load each message has one order. With
         * an {@code ackDelay} of the workers, more than the messages that one of them decides in that time.
         *
         * @param messages 1 to 20,000
         * @throws IllegalArgumentException otherwise
         */
        public Builder prefetch(int messages) {
            this.prefetch = between("prefetch", messages, MOST_PREFETCH);
            return this;
        }

        /**
         * Most messages that were sent and wait for the server's confirm. Further ones wait for room, up to their
         * time-out. Default 256.
         *
         * @param messages 1 to 10,000
         * @throws IllegalArgumentException otherwise
         */
        public Builder confirmWindow(int messages) {
            this.confirmWindow = between("confirmWindow", messages, LARGEST_WINDOW);
            return this;
        }

        private static int between(String name, int value, int most) {
            if (value < 1 || value > most) {
                throw new IllegalArgumentException(name + " must be between 1 and " + most + ": " + value);
            }
            return value;
        }

        /**
         * Longest time for a connection, until the queue is declared on it, and for each answer of the server after
         * that. A connection in which a call takes twice as long is ended. Default 5 s.
         *
         * @param timeout 100 ms to 1 min
         * @throws IllegalArgumentException otherwise
         */
        public Builder connectTimeout(Duration timeout) {
            requireNonNull(timeout, "connectTimeout");
            if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
                throw new IllegalArgumentException("connectTimeout must be between " + SHORTEST_TIMEOUT + " and "
                        + LONGEST_TIMEOUT + ": " + timeout);
            }
            this.connectTimeout = timeout;
            return this;
        }

        /**
         * What TLS trusts and shows. Default: for {@code amqps} what this Java trusts; for a factory what it has.
         *
         * @throws IllegalArgumentException if the URI was {@code amqp} or the factory has no TLS
         */
        public Builder sslContext(SSLContext context) {
            requireNonNull(context, "sslContext");
            if (!factory.isSSL()) {
                throw new IllegalArgumentException("sslContext needs amqps, or a factory with TLS");
            }
            SocketConfigurator before = factory.getSocketConfigurator();
            factory.useSslProtocol(context);
            factory.setSocketConfigurator(before);
            return this;
        }

        /**
         * Whether the server's certificate must name the host that was asked for. Default true. Matters with TLS alone;
         * false does not undo what a factory demands by itself.
         */
        public Builder verifyHostname(boolean verify) {
            this.verifyHostname = verify;
            return this;
        }

        /**
         * Where the server's management plugin answers, for {@link RabbitQueue#examine} alone: it tells of policies and
         * members, which AMQP does not show. It is asked with the queue's user and password, so use {@code https} where
         * others can listen. Default: none.
         *
         * @param address for example {@code http://host:15672}
         * @throws IllegalArgumentException if it is not an address of http or https with a host, or has a user in it
         */
        public Builder management(URI address) {
            String scheme = String.valueOf(requireNonNull(address, "management").getScheme());
            boolean http = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
            if (!http || address.getHost() == null || address.getUserInfo() != null) {
                throw new IllegalArgumentException(
                        "management must be http://HOST[:PORT] or https://HOST[:PORT], without a user");
            }
            this.management = address;
            return this;
        }

        /** Builds the queue. No I/O. */
        public RabbitQueue build() {
            ConnectionFactory own = factory.clone();
            own.useBlockingIo();
            if (own.isSSL() && verifyHostname) {
                own.enableHostnameVerification();
            }
            own.setAutomaticRecoveryEnabled(false);
            own.setTopologyRecoveryEnabled(false);
            own.setConnectionTimeout((int) connectTimeout.toMillis());
            own.setHandshakeTimeout((int) connectTimeout.toMillis());
            own.setChannelRpcTimeout((int) connectTimeout.toMillis());
            own.setShutdownTimeout((int) TimeUnit.SECONDS.toMillis(1));
            own.setMaxInboundMessageBodySize(LARGEST_INBOUND);
            return new RabbitQueue(new RabbitSettings(
                    own,
                    nodes,
                    queue,
                    prefetch,
                    confirmWindow,
                    LARGEST_MESSAGE,
                    connectTimeout,
                    Optional.ofNullable(management)));
        }
    }
}
