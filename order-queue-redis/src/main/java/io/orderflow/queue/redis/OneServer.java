package io.orderflow.queue.redis;

import java.io.IOException;

/** The server that an address names. */
record OneServer(RedisAddress address, SignIn signIn, Dialer dialer) implements ServerSearch {
    @Override
    public RedisLink connect() throws IOException {
        RedisNode node = address.nodes().get(0);
        Dialer.Contact contact = dialer.dial(node, signIn);
        if (contact.greeting().mode() != SignIn.Mode.SERVER) {
            contact.link().kill();
            throw new IOException(
                    node + " is " + instead(node, contact.greeting().mode()));
        }
        return contact.link();
    }

    /** A proxy, or a name, may lead to another one by now. */
    @Override
    public boolean isElsewhere(RedisLink link) {
        return true;
    }

    private String instead(RedisNode node, SignIn.Mode mode) {
        if (mode == SignIn.Mode.SENTINEL) {
            return "a Sentinel, which has no streams: write " + RedisAddress.Kind.SENTINEL.scheme(address.tls()) + "://"
                    + node + "/NAME, with the name that it has for the primary";
        }
        return "a node of a cluster, in which a stream moves to another node at a fail-over: write "
                + RedisAddress.Kind.CLUSTER.scheme(address.tls()) + "://" + node;
    }
}
