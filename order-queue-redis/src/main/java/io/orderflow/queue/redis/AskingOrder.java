package io.orderflow.queue.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which order servers are asked that should all know the same. Each that answered is asked last the next time: one
 * that is cut off from the others knows what was true before, and is not believed twice. One that did not answer is
 * asked after all others for a while. Thread-safe.
 */
final class AskingOrder {
    private static final Duration DOUBTED = Duration.ofSeconds(10);

    private final Set<RedisNode> named;

    // guarded by this
    private final Set<RedisNode> nodes;
    private final Map<RedisNode, Deadline> doubted = new HashMap<>();

    AskingOrder(Collection<RedisNode> named) {
        this.named = new LinkedHashSet<>(named);
        this.nodes = new LinkedHashSet<>(named);
    }

    synchronized List<RedisNode> now() {
        doubted.values().removeIf(Deadline::hasPassed);
        List<RedisNode> order = new ArrayList<>(nodes);
        order.removeAll(doubted.keySet());
        nodes.stream().filter(doubted::containsKey).forEach(order::add);
        return order;
    }

    synchronized void answered(RedisNode node) {
        doubted.remove(node);
        if (nodes.remove(node)) {
            nodes.add(node);
        }
    }

    synchronized void failed(RedisNode node) {
        doubted.put(node, Deadline.in(DOUBTED));
    }

    /** Those are all there are now; the ones that were named at first are asked as well, after them. */
    synchronized void are(Collection<RedisNode> all) {
        nodes.retainAll(all);
        nodes.addAll(all);
        nodes.addAll(named);
        doubted.keySet().retainAll(nodes);
    }
}
