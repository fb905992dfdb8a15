package io.orderflow.queue.redis;

import java.io.IOException;

/** Finds the server that takes the orders now, and connects to it. Thread-safe. */
interface ServerSearch {
    /**
     * Connects, after asking other servers for it where that is how it is found.
     *
     * @throws IOException if there is none now; names each server that was asked, and why not
     */
    RedisLink connect() throws IOException;

    /** Whether the answer leads to another server, to which the next connection goes then. */
    default boolean follows(ReplyException answer) {
        return false;
    }

    /**
     * Whether those that know say that another server takes the orders than the one that a connection leads to.
     *
     * @return also true where nobody knows, and only a new connection tells
     * @throws IOException if none of them tells now
     */
    boolean isElsewhere(RedisLink link) throws IOException;

    /** The one for an address. */
    static ServerSearch of(RedisSettings settings, Dialer dialer) {
        RedisAddress address = settings.address();
        SignIn signIn = new SignIn(settings.user(), settings.password(), address.database());
        return switch (address.kind()) {
            case SERVER -> new OneServer(address, signIn, dialer);
            case SENTINEL -> {
                SignIn forSentinels = new SignIn(settings.sentinelUser(), settings.sentinelPassword(), 0);
                yield new SentinelSearch(address, signIn, forSentinels, dialer);
            }
            case CLUSTER -> new ClusterSearch(address, signIn, settings.stream(), dialer);
        };
    }
}
