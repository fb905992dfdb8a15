package io.orderflow.page;

import java.util.Optional;

/**
 * A page that shows how a shop does, now, and through which it is paused, resumed and cleared of dead letters. Made by
 * {@code OrderProcessor.page}, which also closes it. Thread-safe.
 *
 * <p>It is one HTML document without any request to others, a stream of server-sent events, and a few calls:
 * {@code docs/page.md} lists them. What it shows is read once a second, however many look, and not at all while nobody
 * does.
 */
public interface LivePage extends AutoCloseable {
    /**
     * Answers a request. May wait for the database: as long as the pool lets it wait for a connection, and 3 s for each
     * answer, or the adjustment time-out for what changes something. So it does not belong on an event loop. What goes
     * wrong is in the reply; nothing is thrown for it.
     */
    PageReply answer(PageCall call);

    /**
     * Asks who may, as the page does, on behalf of another path of the host's: does no more than that, and does not
     * wait. Where the page has no {@code actToken}, nobody may change anything.
     *
     * @param acts whether the path changes something
     * @return empty when the caller may; else what to reply
     */
    Optional<PageReply> refusal(PageCall call, boolean acts);

    /** Ends all streams and the reads for them; calls that come later are answered with 503. Idempotent. */
    @Override
    void close();
}
