package io.orderflow.queue.redis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** Asks Sentinels which server is the primary. Thread-safe. */
final class SentinelSearch implements ServerSearch {
    private final String primary;
    private final SignIn forSentinels;
    private final Dialer dialer;
    private final AskedServers sentinels;

    SentinelSearch(RedisAddress address, SignIn signIn, SignIn forSentinels, Dialer dialer) {
        this.primary = address.primary();
        this.forSentinels = forSentinels;
        this.dialer = dialer;
        AskingOrder order = new AskingOrder(address.nodes());
        this.sentinels = new AskedServers("Sentinel", order, this::ask, signIn, dialer);
    }

    @Override
    public RedisLink connect() throws IOException {
        return sentinels.connect("primary " + primary, new ArrayList<>());
    }

    @Override
    public boolean isElsewhere(RedisLink link) throws IOException {
        return !link.leadsTo(sentinels.named("primary " + primary));
    }

    private RedisNode ask(RedisNode sentinel) throws IOException {
        Dialer.Contact contact = dialer.dial(sentinel, forSentinels);
        try {
            if (contact.greeting().mode() != SignIn.Mode.SENTINEL) {
                throw new IOException("it is no Sentinel but a server with data");
            }
            CommandArguments question = new CommandArguments(Command.SENTINEL)
                    .add("GET-MASTER-ADDR-BY-NAME")
                    .add(primary);
            List<Object> named = Replies.list(contact.link().call(question, dialer.answerDeadline()));
            if (named.size() < 2) {
                throw new IOException("it knows no primary " + primary);
            }
            return new RedisNode(Replies.text(named.get(0)), (int) Replies.number(named.get(1)));
        } catch (ReplyException e) {
            throw new IOException("it does not tell: " + e.getMessage(), e);
        } finally {
            contact.link().kill();
        }
    }
}
