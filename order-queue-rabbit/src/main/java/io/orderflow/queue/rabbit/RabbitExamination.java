package io.orderflow.queue.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.QueueException;
import io.orderflow.queue.QueueFinding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the server for what should be changed before production, on a connection of its own. A queue that is missing
 * is not made: that is for the first use. Used once, by one thread.
 */
final class RabbitExamination {
    private static final int OLDEST = 310;
    private static final int HEARTBEAT_SECONDS = 10;
    private static final int CLOSE_MILLIS = 1_000;
    private static final Duration LONGEST_CONFIRM = Duration.ofSeconds(5);
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private final RabbitParts parts;
    private final RabbitSettings settings;
    private final List<QueueFinding> findings = new ArrayList<>();
    private final Duration timeout;

    /** Has that much time for each answer. */
    RabbitExamination(RabbitParts parts, Duration timeout) {
        this.parts = parts;
        this.timeout = timeout;
        this.settings = parts.settings();
    }

    List<QueueFinding> run() {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            parts.nodes().inTurn(() -> System.nanoTime() < end, this::atNode);
        } catch (QueueException e) {
            findings.add(QueueFinding.unusable(e.getMessage()));
        }
        if (settings.management().isEmpty()) {
            findings.add(RabbitFinding.RABBIT_NOT_MANAGED.of("no address of the management plugin is given"));
        } else {
            new ManagementLook(settings, timeout, findings).run();
        }
        return findings;
    }

    private void atNode(RabbitSettings node) throws QueueException {
        // what another node said before it failed, this one says again
        findings.clear();
        AmqpLink link = new AmqpLink(node);
        try {
            Connection connection = link.connect("examine", HEARTBEAT_SECONDS, parts.threads());
            version(String.valueOf(connection.getServerProperties().get("version")), link.server());
            queue(link);
            alarm(connection, link);
        } finally {
            link.close(CLOSE_MILLIS);
        }
    }

    private void version(String version, String name) {
        Matcher numbers = VERSION.matcher(version);
        boolean old = numbers.matches()
                && Integer.parseInt(numbers.group(1)) * 100 + Integer.parseInt(numbers.group(2)) < OLDEST;
        if (old) {
            findings.add(RabbitFinding.RABBIT_TOO_OLD.of("the server is " + name));
        }
    }

    private void queue(AmqpLink link) throws QueueException {
        Channel channel = link.channel();
        try {
            long ready = channel.queueDeclarePassive(settings.queue()).getMessageCount();
            if (QueueFinding.isBacklog(ready)) {
                findings.add(QueueFinding.backlog(ready));
            }
            // it is there, so that this compares and makes nothing
            channel.queueDeclare(settings.queue(), true, false, false, QueueDeclaration.ARGUMENTS);
        } catch (IOException | ShutdownSignalException e) {
            switch (AmqpFailures.replyCode(e).orElse(0)) {
                case AMQP.NOT_FOUND -> {
                    // made by the first use
                }
                case AMQP.PRECONDITION_FAILED ->
                    findings.add(RabbitFinding.RABBIT_OTHER_ARGUMENTS.of(link + ": " + AmqpFailures.reason(e)));
                default -> throw link.failed("examining it", e);
            }
        }
    }

    /**
     * The server tells of an alarm to who publishes. So a message goes where no queue is, and comes back or is dropped.
     * Last, since a connection that was told so is read no more.
     */
    private void alarm(Connection connection, AmqpLink link) throws QueueException {
        CompletableFuture<String> alarm = new CompletableFuture<>();
        connection.addBlockedListener(alarm::complete, () -> {});
        Channel channel = link.channel();
        long wait = Math.min(timeout.toMillis(), LONGEST_CONFIRM.toMillis());
        try {
            channel.confirmSelect();
            channel.addConfirmListener((tag, multiple) -> alarm.complete(""), (tag, multiple) -> alarm.complete(""));
            channel.basicPublish("", "examined-" + UUID.randomUUID(), new AMQP.BasicProperties(), new byte[0]);
            String reason = alarm.get(wait, TimeUnit.MILLISECONDS);
            if (!reason.isEmpty()) {
                findings.add(RabbitFinding.RABBIT_ALARM.of("the server blocks publishers: " + reason));
            }
        } catch (TimeoutException e) {
            findings.add(RabbitFinding.RABBIT_ALARM.of(
                    "the server neither confirms a message nor says why, for " + wait + " ms"));
        } catch (IOException | ShutdownSignalException | ExecutionException e) {
            throw link.failed("publishing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw link.failed("publishing", e);
        }
    }
}
