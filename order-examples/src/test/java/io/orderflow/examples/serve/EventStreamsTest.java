package io.orderflow.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.FeedPage;
import io.orderflow.FeedStart;
import io.orderflow.FeedState;
import io.orderflow.OrderEvent;
import io.orderflow.OrderFeeds;
import io.orderflow.StoreUnavailableException;
import io.orderflow.testing.Eventually;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Streams of events")
class EventStreamsTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final int MANY = 1_000_000;

    private final CountedFeeds feeds = new CountedFeeds();
    private final ExecutorService reader = Executors.newSingleThreadExecutor();
    private EventStreams streams;
    private WebServer server;

    /** A feed with an event at each position up to the last one. */
    private static final class CountedFeeds implements OrderFeeds {
        private final AtomicLong last = new AtomicLong();
        private final AtomicInteger reads = new AtomicInteger();
        /** The last position of the first half that something was read behind. */
        private final AtomicLong early = new AtomicLong();

        private volatile boolean away;

        @Override
        public FeedPage read(long after, int max) {
            reads.incrementAndGet();
            if (after < MANY / 2) {
                early.accumulateAndGet(after, Math::max);
            }
            if (away) {
                throw new StoreUnavailableException("injected", null);
            }
            long upTo = Math.min(last.get(), after + max);
            return new FeedPage(
                    LongStream.rangeClosed(after + 1, upTo)
                            .mapToObj(CountedFeeds::event)
                            .toList(),
                    Math.max(after, upTo));
        }

        private static OrderEvent event(long position) {
            return new OrderEvent(
                    position,
                    OrderEvent.Type.EXPIRED,
                    new UUID(1, position),
                    Instant.EPOCH,
                    Optional.empty(),
                    Optional.empty(),
                    1,
                    Optional.empty(),
                    Optional.empty());
        }

        @Override
        public long newest() {
            return last.get();
        }

        @Override
        public List<FeedState> list() {
            return List.of();
        }

        @Override
        public Optional<FeedState> find(String name) {
            return Optional.empty();
        }

        @Override
        public boolean reset(String name, FeedStart start) {
            return false;
        }

        @Override
        public boolean reset(String name, long position) {
            return false;
        }

        @Override
        public boolean delete(String name) {
            return false;
        }
    }

    private void serve(int most, Duration heartbeat, Duration patience) {
        streams = new EventStreams(feeds, reader, new EventStreams.StreamBounds(most, heartbeat, patience));
        server = new WebServer(router -> new EventRoutes(feeds, new Offload(Runnable::run), streams).register(router));
        server.start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        streams.close();
        server.close();
        reader.shutdownNow();
    }

    private EventReaderClient open(String query, String... headers) throws Exception {
        return EventReaderClient.open(server.port(), query, headers);
    }

    private void await(String what, BooleanSupplier condition, Object state) {
        Eventually.await(what, BOUND, condition, () -> state + ", " + feeds.reads + " reads");
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    @DisplayName("tell what was and what comes, and go on where a reader was")
    void resume() throws Exception {
        serve(10, NEVER, NEVER);
        feeds.last.set(250);
        try (EventReaderClient all = open("");
                EventReaderClient later = open("?after=240");
                EventReaderClient again = open("?after=1", "Last-Event-ID", "249")) {
            await("the past is told", () -> all.positions().size() == 250, all);
            feeds.last.set(251);
            await("the next is told", () -> all.positions().equals(from(1, 251)), all);
            await("the next is told", () -> later.positions().equals(from(241, 251)), later);
            await("the next is told", () -> again.positions().equals(from(250, 251)), again);
            assertTrue(
                    all.lines()
                            .contains("data: {\"position\":\"251\",\"type\":\"EXPIRED\",\"orderId\":\""
                                    + new UUID(1, 251) + "\",\"at\":\"1970-01-01T00:00:00Z\",\"amount\":1}"),
                    all::toString);
            streams.close();
            await("all ended", () -> all.isEnded() && later.isEnded() && again.isEnded(), all);
        }
    }

    @Test
    @DisplayName("write no more than a reader takes, and have it all for it later")
    void slow() throws Exception {
        serve(10, NEVER, NEVER);
        feeds.last.set(MANY);
        try (Socket slow = connect()) {
            // the buffers of both ends grow for a while
            await("nothing is read for it any more", this::isFullWhileAnotherIsTold, slow);
            feeds.last.set(feeds.early.get() + 200);
            BufferedReader lines = new BufferedReader(new InputStreamReader(slow.getInputStream(), UTF_8));
            for (long position = 1; position <= feeds.last.get(); position++) {
                String line = lines.readLine();
                while (!line.startsWith("id: ")) {
                    line = lines.readLine();
                }
                assertEquals("id: " + position, line);
            }
        }
    }

    private boolean isFullWhileAnotherIsTold() {
        long before = feeds.early.get();
        try (EventReaderClient other = open("?after=" + (MANY - 250))) {
            await("another one is told", () -> other.positions().size() == 250, other);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return streams.full() == 1 && feeds.early.get() == before;
    }

    /** One that asks, and reads nothing yet. */
    private Socket connect() throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        socket.setSoTimeout((int) BOUND.toMillis());
        socket.getOutputStream()
                .write("GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".getBytes(UTF_8));
        return socket;
    }

    @Test
    @DisplayName("let a reader go that takes nothing any more")
    void stuck() throws Exception {
        serve(10, NEVER, Duration.ofMillis(300));
        feeds.last.set(MANY);
        try (Socket stuck = connect()) {
            await("the reader takes no more", () -> streams.full() == 1, stuck);
            await("it is let go", () -> streams.size() == 0, stuck);
        }
    }

    @Test
    @DisplayName("are so many and no more, until one ends")
    void bounded() throws Exception {
        serve(2, NEVER, NEVER);
        try (EventReaderClient one = open("");
                EventReaderClient two = open("")) {
            await("both are open", () -> streams.size() == 2, one);
            try (EventReaderClient refused = open("")) {
                assertEquals(503, refused.response().statusCode());
                assertEquals(
                        Optional.of("application/problem+json"),
                        refused.response().headers().firstValue("Content-Type"));
                await("it is told why", () -> refused.lines().toString().contains("problem:unavailable"), refused);
            }
            two.leave();
            await("one is gone", () -> streams.size() == 1, one);
            try (EventReaderClient three = open("")) {
                assertEquals(200, three.response().statusCode());
            }
        }
    }

    @Test
    @DisplayName("that wait for what comes cost one read now and then, and say that they live")
    void idle() throws Exception {
        serve(50, Duration.ofMillis(100), NEVER);
        List<EventReaderClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                clients.add(open(""));
            }
            EventReaderClient last = clients.get(19);
            await("it is told that it lives", () -> last.lines().contains(":"), last);
            int before = feeds.reads.get();
            long start = System.nanoTime();
            int lines = last.lines().size();
            await("it is told that four times", () -> last.lines().size() >= lines + 8, last);
            long looks = Duration.ofNanos(System.nanoTime() - start).toMillis() / 250 + 2;
            assertTrue(feeds.reads.get() - before <= looks, () -> feeds.reads + " reads, before " + before);
            feeds.last.set(1);
            for (EventReaderClient client : clients) {
                await("all are told", () -> client.positions().equals(List.of(1L)), client);
            }
        } finally {
            for (EventReaderClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    @DisplayName("outlive an outage of the database")
    void outage() throws Exception {
        serve(10, NEVER, NEVER);
        try (EventReaderClient client = open("")) {
            await("it is looked", () -> feeds.reads.get() > 0, client);
            feeds.away = true;
            int before = feeds.reads.get();
            await("a look fails", () -> feeds.reads.get() > before, client);
            feeds.last.set(3);
            feeds.away = false;
            await("all is told", () -> client.positions().equals(from(1, 3)), client);
        }
    }
}
