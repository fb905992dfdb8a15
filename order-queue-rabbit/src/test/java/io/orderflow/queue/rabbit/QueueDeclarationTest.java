package io.orderflow.queue.rabbit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.queue.QueueException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several connections of one queue object declare the queue. */
final class QueueDeclarationTest extends NodeTests {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PASSIVE = 1;

    private final FaultProxy silent = FaultProxy.to(node.address());
    private final List<AmqpLink> links = new ArrayList<>();
    private final QueueDeclaration declaration =
            new QueueDeclaration(settings(node.address().port()));
    private Thread latest;

    QueueDeclarationTest() {
        super("declared-", PATIENCE);
    }

    @AfterEach
    void closeAll() {
        links.forEach(AmqpLink::sever);
        silent.close();
    }

    private RabbitSettings settings(int port) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setChannelRpcTimeout((int) PATIENCE.toMillis());
        List<NodeAddress> nodes = List.of(new NodeAddress("127.0.0.1", port));
        return new RabbitSettings(factory, nodes, name, 1, 1, 1, PATIENCE, Optional.empty());
    }

    private AmqpLink connectedTo(int port) throws QueueException {
        AmqpLink link = new AmqpLink(settings(port));
        links.add(link);
        link.connect("test", 60, new IoThreads(name));
        return link;
    }

    /** Declares on a thread of its own; gives the number of messages that are ready. */
    private FutureTask<Long> declaring(AmqpLink link) {
        FutureTask<Long> ready =
                new FutureTask<>(() -> declaration.declare(link, link.channel()).ready());
        latest = new Thread(ready, "declares");
        latest.setDaemon(true);
        latest.start();
        return ready;
    }

    /** The server does not answer any more once it was asked for the queue; open when it was. */
    private CountDownLatch silentOnceAsked(boolean passively) {
        CountDownLatch asked = new CountDownLatch(1);
        silent.dropAnswersAfter(sent -> {
            boolean found = asks(sent, passively);
            if (found) {
                asked.countDown();
            }
            return found;
        });
        return asked;
    }

    /** The bits of a queue.declare follow the queue's name. */
    private boolean asks(byte[] sent, boolean passively) {
        int at = new String(sent, ISO_8859_1).indexOf(name);
        return at >= 0 && (sent[at + name.length()] & PASSIVE) == (passively ? PASSIVE : 0);
    }

    @Test
    void aServerThatDoesNotAnswerOneConnectionKeepsNoOtherWaiting() throws Exception {
        AmqpLink first = connectedTo(silent.port());
        declaration.declare(first, first.channel());
        AmqpLink second = connectedTo(node.address().port());
        CountDownLatch asked = silentOnceAsked(true);
        FutureTask<Long> unanswered = declaring(first);
        asked.await();
        assertEquals(0, declaring(second).get());
        assertFalse(unanswered.isDone(), "the first waits for its answer still");
    }

    /** The server shows it before it can be used. */
    @Test
    void aQueueIsNotUsedWhileAnotherConnectionMakesIt() throws Exception {
        AmqpLink first = connectedTo(silent.port());
        AmqpLink second = connectedTo(node.address().port());
        CountDownLatch made = silentOnceAsked(false);
        FutureTask<Long> maker = declaring(first);
        made.await();
        FutureTask<Long> other = declaring(second);
        Thread waits = latest;
        Eventually.await(
                "the second waits for the first",
                PATIENCE,
                () -> Arrays.stream(waits.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(QueueDeclaration.class.getName())
                                && frame.getMethodName().equals("await")),
                () -> Arrays.toString(waits.getStackTrace()));
        first.sever();
        assertEquals(0, other.get());
        assertThrows(ExecutionException.class, maker::get, "its connection was ended");
    }
}
