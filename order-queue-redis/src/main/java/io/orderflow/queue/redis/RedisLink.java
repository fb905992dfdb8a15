package io.orderflow.queue.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * One connection. One thread at a time calls; {@link #kill} may come from any.
 *
 * <ul>
 *   <li><b>L1</b> Every call ends by its deadline: reads by the socket's time-out, everything else (a write into a full
 *       buffer, an answer that trickles) because the {@link LinkWatchdog} closes the socket.
 *   <li><b>L2</b> After any failure but an error reply the link is dead and its socket closed: what arrives late on it
 *       must never be taken for the answer to the next command. So is one whose server says that it is not the right
 *       one: kept, it would lead there as long as it lives.
 *   <li><b>L3</b> A link never connects by itself again: that would be without sign-in.
 * </ul>
 */
final class RedisLink implements LinkWatchdog.Watched {
    /** Reads end by themselves first, with the clearer message. */
    private static final Duration READS_END_FIRST = Duration.ofMillis(20);

    /** After a refusal, what else is answered at once is read, so that the connection can be used again. */
    private static final int REST_MILLIS = 20;

    private final Socket raw;
    private final Connection connection;
    private final LinkWatchdog.Guard guard;
    private boolean asking;
    private volatile boolean dead;
    private volatile long usedAt = System.nanoTime();

    /**
     * Wraps a connected socket.
     *
     * @param raw the TCP socket, which is what is closed: closing a TLS socket waits for its writers
     * @param talking the same, or the TLS socket on it
     */
    RedisLink(Socket raw, Socket talking, LinkWatchdog watchdog) throws IOException {
        this.raw = raw;
        this.guard = watchdog.guard(this);
        AtomicReference<Socket> once = new AtomicReference<>(talking);
        this.connection = new Connection(() -> {
            Socket socket = once.getAndSet(null);
            if (socket == null) {
                throw new JedisConnectionException("connection was closed");
            }
            return socket;
        });
        try {
            connection.connect();
        } catch (JedisConnectionException e) {
            kill();
            throw new IOException(reason(e), e);
        }
    }

    /**
     * Sends one command and waits for its answer.
     *
     * @throws ReplyException if the answer is an error; the link is dead if another server is needed
     * @throws IOException if there is no answer, or no memory for it; the link is dead
     */
    Object call(CommandArguments command, Deadline deadline) throws IOException, ReplyException {
        Object answer = callAll(List.of(command), deadline).get(0);
        if (answer instanceof ReplyException refusal) {
            throw refusal;
        }
        return answer;
    }

    /**
     * Sends commands one right behind the other, and waits for their answers.
     *
     * @return an answer for each, a {@link ReplyException} where it is an error; after one that says that another
     *     server is needed the link is dead
     * @throws IOException if one has no answer, or there is no memory for it; the link is dead
     */
    List<Object> callAll(List<CommandArguments> commands, Deadline deadline) throws IOException {
        return answered(deadline, () -> exchange(commands));
    }

    private List<Object> answered(Deadline deadline, Supplier<List<Object>> exchange) throws IOException {
        boolean inOrder = false;
        guard.begin(deadline.plus(READS_END_FIRST));
        try {
            connection.setSoTimeout(deadline.leftMillis());
            List<Object> answers = exchange.get();
            answers.replaceAll(answer -> answer instanceof JedisDataException e ? new ReplyException(e) : answer);
            inOrder = answers.stream().noneMatch(RedisLink::isOfWrongServer);
            return answers;
        } catch (RuntimeException e) {
            throw new IOException(reason(e), e);
        } catch (OutOfMemoryError e) {
            kill();
            throw new IOException("this process has not enough memory for what is sent or answered", e);
        } finally {
            guard.end();
            usedAt = System.nanoTime();
            if (!inOrder) {
                kill();
            }
        }
    }

    /**
     * As {@link #callAll}, for commands of which one waits for others: an error is told at once, and not when the
     * commands behind it are answered.
     *
     * @return the answers up to the first error; the link is dead if those behind it do not come at once
     */
    List<Object> callUntilRefused(List<CommandArguments> commands, Deadline deadline) throws IOException {
        if (asking) {
            return callAll(commands, deadline);
        }
        return answered(deadline, () -> {
            commands.forEach(connection::sendCommand);
            List<Object> answers = new ArrayList<>(connection.getMany(1));
            while (answers.size() < commands.size()) {
                if (answers.get(answers.size() - 1) instanceof JedisDataException) {
                    skip(commands.size() - answers.size());
                    return answers;
                }
                answers.addAll(connection.getMany(1));
            }
            return answers;
        });
    }

    /** Reads answers that nobody needs. */
    private void skip(int count) {
        try {
            connection.setSoTimeout(REST_MILLIS);
            connection.getMany(count);
        } catch (JedisConnectionException e) {
            kill();
        }
    }

    private List<Object> exchange(List<CommandArguments> commands) {
        if (!asking) {
            commands.forEach(connection::sendCommand);
            return connection.getMany(commands.size());
        }
        List<Object> answers = new ArrayList<>();
        for (CommandArguments command : commands) {
            connection.sendCommand(Command.ASKING);
            connection.sendCommand(command);
            answers.add(connection.getMany(2).get(1));
        }
        return answers;
    }

    /**
     * From now on, says before each command that the server is to do it although its slot is only being moved there.
     */
    void askFirst() {
        asking = true;
    }

    private static boolean isOfWrongServer(Object answer) {
        return answer instanceof ReplyException refusal && refusal.isOfWrongServer();
    }

    /** The root of a failure, in words for a person; what we say about a refusal, rather than the refusal alone. */
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root.getCause() instanceof ReplyException)) {
            root = root.getCause();
        }
        if (root instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        if (root instanceof Error) {
            return root.toString();
        }
        return root instanceof UnknownHostException ? "unknown host" : String.valueOf(root.getMessage());
    }

    /** Whether that is the server at its other end. May look the name up. */
    boolean leadsTo(RedisNode node) throws IOException {
        if (raw.getPort() != node.port()) {
            return false;
        }
        return Arrays.asList(InetAddress.getAllByName(node.host())).contains(raw.getInetAddress());
    }

    /** Whether both have the same server at their other ends. */
    boolean leadsWhere(RedisLink other) {
        return raw.getPort() == other.raw.getPort() && raw.getInetAddress().equals(other.raw.getInetAddress());
    }

    /** How long it was not used. */
    Duration rested() {
        return Duration.ofNanos(System.nanoTime() - usedAt);
    }

    boolean isDead() {
        return dead;
    }

    /** Closes the socket; a call that waits on it fails. */
    @Override
    public void kill() {
        dead = true;
        try {
            raw.close();
        } catch (IOException e) {
            // it is not used again either way
            assert dead;
        }
    }

    @Override
    public String toString() {
        return "connection to " + raw.getRemoteSocketAddress() + " rested for "
                + TimeUnit.NANOSECONDS.toMillis(rested().toNanos()) + " ms";
    }
}
