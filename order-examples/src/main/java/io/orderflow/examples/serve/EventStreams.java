package io.orderflow.examples.serve;

import io.orderflow.FeedPage;
import io.orderflow.OrderFeeds;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells many readers what happens to orders, as it happens. One read of the database at a time is for all who know
 * everything up to now, whatever their number; those who are behind read page by page, one after the other. Reads run
 * on a thread of the given executor, everything else on the event loop.
 */
final class EventStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final int PAGE = 100;
    private static final long LOOK_MILLIS = 250;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    /**
     * What is asked of readers, and given to them.
     *
     * @param most streams at a time
     * @param heartbeat after so long without an event a comment is sent
     * @param patience a reader that takes nothing for so long is let go
     */
    record StreamBounds(int most, Duration heartbeat, Duration patience) {
        static final StreamBounds DEFAULT = new StreamBounds(100, Duration.ofSeconds(15), Duration.ofSeconds(60));
    }

    private final OrderFeeds feeds;
    private final Executor reader;
    private final StreamBounds bounds;
    private final RareLog outages = new RareLog(LOG);
    /** Changed on the event loop alone; counted anywhere. */
    private final List<EventStream> streams = new CopyOnWriteArrayList<>();

    private boolean looking;
    private long restUntil = System.nanoTime();
    private long timer = -1;
    private volatile Context loop;
    private volatile boolean closed;

    /**
     * Prepares it. No I/O.
     *
     * @param reader has one thread
     */
    EventStreams(OrderFeeds feeds, Executor reader, StreamBounds bounds) {
        this.feeds = feeds;
        this.reader = reader;
        this.bounds = bounds;
    }

    /** Answers a request with a stream, or with the problem that there are too many. */
    void open(Vertx vertx, HttpServerRequest request, long after) {
        loop = vertx.getOrCreateContext();
        if (closed || streams.size() >= bounds.most()) {
            String why =
                    closed ? "the application stops" : "there are " + streams.size() + " streams of events, the most";
            Problem.unavailable(why, Preparation.RETRY).send(request.response());
            return;
        }
        EventStream stream = new EventStream(request, after);
        streams.add(stream);
        stream.watch(() -> feed(stream), () -> gone(vertx, stream));
        if (timer < 0) {
            timer = vertx.setPeriodic(LOOK_MILLIS, look -> look());
        }
        feed(stream);
    }

    private void gone(Vertx vertx, EventStream stream) {
        streams.remove(stream);
        if (streams.isEmpty()) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }

    /** Reads for one that is behind. */
    private void feed(EventStream stream) {
        if (stream.isHungry() && !rests()) {
            stream.readBegins();
            read(
                    stream.position(),
                    page -> {
                        stream.tell(
                                page.events(), page.position(), page.events().size() == PAGE);
                        feed(stream);
                    },
                    stream::readFailed);
        }
    }

    private boolean rests() {
        return System.nanoTime() - restUntil < 0;
    }

    private void look() {
        long now = System.nanoTime();
        for (EventStream stream : streams) {
            feed(stream);
            keep(stream, now);
        }
        lookForAll();
    }

    private void keep(EventStream stream, long now) {
        long silent = stream.silentNanos(now);
        if (stream.isFull()) {
            if (silent > bounds.patience().toNanos()) {
                stream.end();
            }
        } else if (silent > bounds.heartbeat().toNanos()) {
            stream.comment();
        }
    }

    /** Whoever is at the end stands there or a little behind, so the next page after the first of them is for all. */
    private void lookForAll() {
        List<EventStream> waiting =
                streams.stream().filter(EventStream::isAtEnd).toList();
        if (looking || waiting.isEmpty() || rests()) {
            return;
        }
        looking = true;
        waiting.forEach(EventStream::readBegins);
        long first = waiting.stream().mapToLong(EventStream::position).min().orElseThrow();
        read(
                first,
                page -> {
                    looking = false;
                    boolean more = page.events().size() == PAGE;
                    waiting.forEach(stream -> stream.tell(page.events(), page.position(), more));
                    streams.forEach(stream -> stream.missed(page.position()));
                    waiting.forEach(this::feed);
                },
                () -> {
                    looking = false;
                    waiting.forEach(EventStream::readFailed);
                });
    }

    private void read(long after, Consumer<FeedPage> then, Runnable failed) {
        Context here = loop;
        try {
            reader.execute(() -> {
                try {
                    FeedPage page = feeds.read(after, PAGE);
                    here.runOnContext(now -> then.accept(page));
                } catch (RuntimeException | Error e) {
                    here.runOnContext(now -> failed(e, failed));
                }
            });
        } catch (RejectedExecutionException e) {
            failed(e, failed);
        }
    }

    private void failed(Throwable why, Runnable failed) {
        restUntil = System.nanoTime() + AFTER_FAILURE.toNanos();
        outages.tell("a stream of events", why);
        failed.run();
    }

    /** How many streams there are. Any thread. */
    int size() {
        return streams.size();
    }

    /** How many of them have not taken what was written. Any thread. */
    long full() {
        return streams.stream().filter(EventStream::isFull).count();
    }

    /** Ends all streams, and opens no more. They end on the event loop, soon. */
    @Override
    public void close() {
        closed = true;
        Context here = loop;
        if (here != null) {
            here.runOnContext(now -> streams.forEach(EventStream::end));
        }
    }
}
