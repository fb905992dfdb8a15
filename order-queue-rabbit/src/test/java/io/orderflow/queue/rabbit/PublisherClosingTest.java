package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The end of a publisher that is about to connect to a server that says nothing. */
final class PublisherClosingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Above the test's patience: nobody but the one who closes ends the connection before. */
    private static final Duration CONNECTS = Duration.ofMinutes(10);

    private static final Duration BOUND = Duration.ofSeconds(10);

    private final IoThreads threads = new IoThreads("closing");

    private RabbitParts partsAt(int port) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setAutomaticRecoveryEnabled(false);
        List<NodeAddress> nodes = List.of(new NodeAddress("127.0.0.1", port));
        RabbitSettings settings = new RabbitSettings(factory, nodes, "q", 1, 1, 1, CONNECTS, Optional.empty());
        return new RabbitParts(
                settings, new Nodes(settings), threads, new Watch(CONNECTS, threads), new QueueDeclaration(settings));
    }

    private Optional<Thread> publishing() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(threads.name("publish")))
                .findFirst();
    }

    private static void await(String what, Thread.State state, Supplier<Optional<Thread>> thread) {
        Eventually.await(
                what,
                PATIENCE,
                () -> thread.get().filter(each -> each.getState() == state).isPresent(),
                () -> thread.get().map(Thread::getState).toString());
    }

    private static Thread started(FutureTask<?> task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void aConnectionThatBeginsWhileItClosesIsEndedToo() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            RabbitParts parts = partsAt(silent.getLocalPort());
            RabbitPublisher publisher = new RabbitPublisher(parts);
            FutureTask<Void> closing = new FutureTask<>(() -> {
                publisher.awaitEnd(BOUND);
                return null;
            });
            synchronized (parts.nodes()) {
                started(new FutureTask<>(() -> assertThrows(QueueException.class, () -> publisher.ask(PATIENCE))));
                await("it is about to connect", Thread.State.BLOCKED, this::publishing);
                publisher.close();
                Optional<Thread> closes = Optional.of(started(closing));
                await("who closes waits for it", Thread.State.TIMED_WAITING, () -> closes);
            }
            closing.get();
            Eventually.await(
                    "the thread ended",
                    PATIENCE,
                    () -> publishing().isEmpty(),
                    () -> publishing().toString());
            parts.watch().stop();
        }
    }
}
