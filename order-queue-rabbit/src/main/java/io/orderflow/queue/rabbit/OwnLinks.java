package io.orderflow.queue.rabbit;

/**
 * The links that one owner makes, one after the other: each is watched until it is over. One thread makes and ends
 * them; {@link #severNewest} is for any.
 */
final class OwnLinks {
    private static final int CLOSE_MILLIS = 1_000;

    private final Watch watch;
    private volatile AmqpLink newest;

    OwnLinks(RabbitParts parts) {
        this.watch = parts.watch();
    }

    /**
     * A new link, not connected yet.
     *
     * @param node the settings for the one node that it goes to
     */
    AmqpLink make(RabbitSettings node) {
        AmqpLink link = new AmqpLink(node);
        newest = link;
        watch.add(link);
        return link;
    }

    /** Ends the last one that was made at once, if there was one. Needs no memory. */
    void severNewest() {
        AmqpLink link = newest;
        if (link != null) {
            link.sever();
        }
    }

    /** Ends it at once. */
    void drop(AmqpLink link) {
        link.sever();
        watch.remove(link);
    }

    /** Ends it with a word to the server, which may take a second. */
    void close(AmqpLink link) {
        link.close(CLOSE_MILLIS);
        watch.remove(link);
    }
}
