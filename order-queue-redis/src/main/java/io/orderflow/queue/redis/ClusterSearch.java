package io.orderflow.queue.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Asks nodes of a cluster which of them has the slot of the stream, and goes where one sends who asks it for a slot
 * that it does not have. Thread-safe.
 */
final class ClusterSearch implements ServerSearch {
    /** How long what a redirection says is newer than what other nodes do. */
    private static final Duration NEWER = Duration.ofSeconds(1);

    private final AskingOrder order;
    private final int slot;
    private final SignIn signIn;
    private final Dialer dialer;
    private final AskedServers nodes;
    private volatile Optional<Hint> hint = Optional.empty();

    private record Hint(Redirection redirection, Deadline until) {}

    ClusterSearch(RedisAddress address, SignIn signIn, String stream, Dialer dialer) {
        this.order = new AskingOrder(address.nodes());
        this.slot = JedisClusterCRC16.getSlot(stream.getBytes(UTF_8));
        this.signIn = signIn;
        this.dialer = dialer;
        this.nodes = new AskedServers("node", order, this::ask, signIn, dialer);
    }

    @Override
    public boolean follows(ReplyException answer) {
        Optional<Redirection> redirection = Redirection.of(answer.getMessage());
        redirection.ifPresent(there -> hint = Optional.of(new Hint(there, Deadline.in(NEWER))));
        return redirection.isPresent();
    }

    @Override
    public RedisLink connect() throws IOException {
        List<String> failures = new ArrayList<>();
        Optional<Hint> fresh = hint.filter(seen -> !seen.until().hasPassed());
        if (fresh.isPresent()) {
            Redirection redirection = fresh.get().redirection();
            try {
                return connectTo(redirection);
            } catch (IOException e) {
                hint = Optional.empty();
                failures.add("redirected to " + redirection.node() + ": " + e.getMessage());
            }
        }
        return nodes.connect(owner(), failures);
    }

    @Override
    public boolean isElsewhere(RedisLink link) throws IOException {
        return !link.leadsTo(nodes.named(owner()));
    }

    private String owner() {
        return "owner of slot " + slot;
    }

    private RedisLink connectTo(Redirection redirection) throws IOException {
        RedisLink link = dialer.dial(redirection.node(), signIn).link();
        if (redirection.asking()) {
            link.askFirst();
        }
        return link;
    }

    private RedisNode ask(RedisNode node) throws IOException {
        Dialer.Contact contact = dialer.dial(node, signIn);
        try {
            if (contact.greeting().mode() != SignIn.Mode.CLUSTER) {
                throw new IOException("it is in no cluster");
            }
            CommandArguments question = new CommandArguments(Command.CLUSTER).add("SLOTS");
            ClusterSlots slots = ClusterSlots.of(contact.link().call(question, dialer.answerDeadline()), node.host());
            order.are(slots.nodes());
            return slots.owner(slot).orElseThrow(() -> new IOException("it knows no owner of the slot"));
        } catch (ReplyException e) {
            throw new IOException("it does not tell: " + e.getMessage(), e);
        } finally {
            contact.link().kill();
        }
    }
}
