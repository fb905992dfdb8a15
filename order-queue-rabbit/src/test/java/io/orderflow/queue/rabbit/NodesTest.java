package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.queue.QueueException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/** The order in which nodes are tried, and what is said of those that do not work. */
final class NodesTest {
    private static final NodeAddress A = new NodeAddress("a", 1);
    private static final NodeAddress B = new NodeAddress("b", 2);
    private static final NodeAddress C = new NodeAddress("::1", 3);

    private final AtomicLong now = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final List<NodeAddress> tried = new ArrayList<>();
    private final Nodes nodes = nodes(A, B, C);

    private Nodes nodes(NodeAddress... given) {
        RabbitSettings settings = new RabbitSettings(
                new ConnectionFactory(), List.of(given), "q", 1, 1, 1, Duration.ofSeconds(6), Optional.empty());
        return new Nodes(
                settings,
                (Logger) Proxy.newProxyInstance(
                        Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                            String text = MessageFormatter.format((String) arguments[0], arguments[1], arguments[2])
                                    .getMessage();
                            told.add(method.getName() + " " + text);
                            return null;
                        }),
                now::get);
    }

    /** Connects while those nodes are away; returns which nodes were tried, in turn. */
    private List<NodeAddress> connect(NodeAddress... away) throws QueueException {
        tried.clear();
        nodes.inTurn(() -> true, settings -> attempt(settings, Set.of(away)));
        return List.copyOf(tried);
    }

    private void attempt(RabbitSettings settings, Set<NodeAddress> away) throws QueueException {
        NodeAddress node = settings.nodes().get(0);
        tried.add(node);
        if (away.contains(node)) {
            throw new QueueException(settings.where() + ": " + (node.equals(C) ? "silent" : "refused"));
        }
    }

    @Test
    void theOneThatWorkedLastIsTheFirst() throws Exception {
        assertEquals(List.of(A), connect());
        assertEquals(List.of(A, B), connect(A));
        assertEquals(List.of(B), connect(), "A may be away still");
        assertEquals(List.of(B, C), connect(B));
        assertEquals(List.of(C, A), connect(C), "A failed before B did");
    }

    @Test
    void oneWhoseConnectionWasLostIsTheLast() throws Exception {
        connect();
        nodes.failed(A);
        assertEquals(List.of(B), connect());
        nodes.failed(B);
        assertEquals(List.of(C, A), connect(C));
    }

    @Test
    void whenNoneWorksEachIsNamedWithItsReason() {
        QueueException none = assertThrows(QueueException.class, () -> connect(A, B, C));
        assertEquals(
                "queue q on a:1, b:2, [::1]:3 /: no node can be used: a:1, b:2: refused; [::1]:3: silent",
                none.getMessage());
        assertEquals(List.of(A, B, C), tried);
        assertEquals("queue q on a:1 /: refused", none.getCause().getMessage());
        assertEquals(2, none.getSuppressed().length);
        assertEquals(List.of(), told, "who connects tells of an outage");
    }

    @Test
    void oneNodeAloneSpeaksForItself() {
        Nodes one = nodes(A);
        QueueException away = assertThrows(
                QueueException.class, () -> one.inTurn(() -> true, settings -> attempt(settings, Set.of(A))));
        assertEquals("queue q on a:1 /: refused", away.getMessage());
    }

    @Test
    void noFurtherNodeIsTriedOnceItIsClosed() {
        assertThrows(
                QueueException.class, () -> nodes.inTurn(() -> false, settings -> attempt(settings, Set.of(A, B, C))));
        assertEquals(List.of(A), tried);
    }

    @Test
    void thatOthersAreUsedInsteadIsToldOnceUntilItWorkedAgain() throws Exception {
        connect(A, B);
        assertEquals(
                List.of("warn queue q on [::1]:3 / is used instead of others, which are tried again when it fails:"
                        + " a:1, b:2: refused"),
                told);
        connect(C, B);
        connect(A, B);
        assertEquals(
                List.of(
                        "warn queue q on a:1 / is used instead of others, which are tried again when it fails:"
                                + " [::1]:3: silent",
                        "warn queue q on [::1]:3 / is used instead of others, which are tried again when it fails:"
                                + " a:1: refused"),
                told.subList(1, told.size()));
    }

    /** What one did not need is for the others, and one that took too long leaves them a second. */
    @Test
    void eachHasItsShareOfTheTimeThatIsLeft() {
        List<Duration> shares = new ArrayList<>();
        List<Integer> take = new ArrayList<>(List.of(0, 3, 5));
        assertThrows(
                QueueException.class,
                () -> nodes.inTurn(() -> true, settings -> {
                    shares.add(settings.timeout());
                    assertEquals(
                            settings.timeout().toMillis(), settings.factory().getHandshakeTimeout());
                    assertEquals(
                            settings.timeout().toMillis(), settings.factory().getConnectionTimeout());
                    now.addAndGet(TimeUnit.SECONDS.toNanos(take.remove(0)));
                    throw new QueueException("away");
                }));
        assertEquals(List.of(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(3)), shares);
        now.set(0);
        shares.clear();
        take.addAll(List.of(6, 0, 0));
        assertThrows(
                QueueException.class,
                () -> nodes.inTurn(() -> true, settings -> {
                    shares.add(settings.timeout());
                    now.addAndGet(TimeUnit.SECONDS.toNanos(take.remove(0)));
                    throw new QueueException("away");
                }));
        assertEquals(List.of(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(1)), shares);
    }

    @Test
    void oneThatFailsInAnUnforeseenWayIsTheLastToo() throws Exception {
        for (Throwable unforeseen : List.of(new IllegalStateException("a host's factory"), new OutOfMemoryError())) {
            Nodes fresh = nodes(A, B);
            Throwable thrown = assertThrows(
                    Throwable.class,
                    () -> fresh.inTurn(() -> true, settings -> {
                        throw sneaky(unforeseen);
                    }));
            assertEquals(unforeseen, thrown);
            tried.clear();
            fresh.inTurn(() -> true, settings -> attempt(settings, Set.of()));
            assertEquals(List.of(B), tried);
        }
    }

    private static RuntimeException sneaky(Throwable unforeseen) {
        if (unforeseen instanceof Error error) {
            throw error;
        }
        return (RuntimeException) unforeseen;
    }
}
