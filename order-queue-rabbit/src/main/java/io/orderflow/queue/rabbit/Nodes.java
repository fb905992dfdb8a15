package io.orderflow.queue.rabbit;

import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of the cluster, in the order in which a connection tries them: the one that worked last is the first, one
 * that failed the last, until others failed after it. All connections of one queue object share the order, so that not
 * each of them waits for a node that says nothing. At first it is the order that the host gave. Thread-safe.
 */
final class Nodes {
    /** What a node has at least: on a busy machine a connection takes its time. */
    private static final Duration SMALLEST_SHARE = Duration.ofSeconds(1);

    private final RabbitSettings settings;
    private final Logger log;
    private final LongSupplier nanoTime;
    private final List<NodeAddress> order;
    /** Of which the log has told that others are used instead. */
    private final Set<NodeAddress> passedOver = new HashSet<>();

    Nodes(RabbitSettings settings) {
        this(settings, LoggerFactory.getLogger(Nodes.class), System::nanoTime);
    }

    /** With another log and another clock, for tests. */
    Nodes(RabbitSettings settings, Logger log, LongSupplier nanoTime) {
        this.settings = settings;
        this.log = log;
        this.nanoTime = nanoTime;
        this.order = new ArrayList<>(settings.nodes());
    }

    /** What is tried at one node after the other, until it succeeds. */
    @FunctionalInterface
    interface Attempt {
        void at(RabbitSettings node) throws QueueException;
    }

    /**
     * Tries each node once, until one works. One that says nothing leaves time for the others: each has its share of
     * what is left of the time that a connection may take.
     *
     * @param goOn whether another node is to be tried after one that failed
     * @throws QueueException if none works, with the reason of each
     */
    void inTurn(BooleanSupplier goOn, Attempt attempt) throws QueueException {
        Map<NodeAddress, QueueException> failures = new LinkedHashMap<>();
        long start = nanoTime.getAsLong();
        List<NodeAddress> order = order();
        for (NodeAddress node : order) {
            try {
                attempt.at(settings.at(node, share(start, order.size() - failures.size())));
                works(node, failures);
                return;
            } catch (QueueException e) {
                failures.put(node, e);
                failed(node);
            } catch (RuntimeException | Error e) {
                failed(node);
                throw e;
            }
            if (!goOn.getAsBoolean()) {
                break;
            }
        }
        throw none(failures);
    }

    private Duration share(long start, int nodes) {
        Duration left = settings.timeout().minusNanos(nanoTime.getAsLong() - start);
        Duration share = left.dividedBy(nodes);
        Duration least = settings.timeout().compareTo(SMALLEST_SHARE) < 0 ? settings.timeout() : SMALLEST_SHARE;
        return share.compareTo(least) < 0 ? least : share;
    }

    private synchronized List<NodeAddress> order() {
        return List.copyOf(order);
    }

    /** A connection to it could not be made, or was lost, or does not do its work. */
    synchronized void failed(NodeAddress node) {
        order.remove(node);
        order.add(node);
    }

    private void works(NodeAddress node, Map<NodeAddress, QueueException> failures) {
        Map<NodeAddress, QueueException> untold = new LinkedHashMap<>(failures);
        synchronized (this) {
            order.remove(node);
            order.add(0, node);
            passedOver.remove(node);
            untold.keySet().removeIf(each -> !passedOver.add(each));
        }
        if (!untold.isEmpty()) {
            log.warn(
                    "{} is used instead of others, which are tried again when it fails: {}",
                    settings.where(node),
                    reasons(untold));
        }
    }

    private QueueException none(Map<NodeAddress, QueueException> failures) {
        List<QueueException> all = List.copyOf(failures.values());
        if (settings.nodes().size() == 1) {
            return all.get(0);
        }
        QueueException none =
                new QueueException(settings.where() + ": no node can be used: " + reasons(failures), all.get(0));
        all.subList(1, all.size()).forEach(none::addSuppressed);
        return none;
    }

    /** Each reason with the nodes that have it. */
    private String reasons(Map<NodeAddress, QueueException> failures) {
        Map<String, List<NodeAddress>> nodes = new LinkedHashMap<>();
        failures.forEach((node, failure) -> nodes.computeIfAbsent(reason(node, failure), none -> new ArrayList<>())
                .add(node));
        return nodes.entrySet().stream()
                .map(each -> NodeAddress.join(each.getValue()) + ": " + each.getKey())
                .collect(Collectors.joining("; "));
    }

    /** Without where it was, which its message begins with. */
    private String reason(NodeAddress node, QueueException failure) {
        String message = failure.getMessage();
        String where = settings.where(node);
        return message.startsWith(where) ? message.substring(where.length()).replaceFirst("^:? ", "") : message;
    }
}
