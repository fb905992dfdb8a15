package io.orderflow.queue.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a node answers to CLUSTER SLOTS: which node has which slots. */
record ClusterSlots(List<Range> ranges) {
    /**
     * Said instead of a host that a node does not know or shall not tell: it is the host of the node that was asked.
     */
    private static final Set<String> SAME_HOST = Set.of("", "?", "null");

    /**
     * Some slots.
     *
     * @param first the first of them
     * @param last the last of them
     * @param nodes the one that has them, and its replicas
     */
    record Range(long first, long last, List<RedisNode> nodes) {
        private boolean has(int slot) {
            return first <= slot && slot <= last;
        }
    }

    /**
     * Reads the answer.
     *
     * @param askedHost the host of the node that was asked
     */
    static ClusterSlots of(Object answer, String askedHost) {
        List<Range> ranges = new ArrayList<>();
        for (Object entry : Replies.list(answer)) {
            List<Object> parts = Replies.list(entry);
            List<RedisNode> nodes = new ArrayList<>();
            for (Object node : parts.subList(2, parts.size())) {
                List<Object> place = Replies.list(node);
                String host = Replies.text(place.get(0));
                nodes.add(
                        new RedisNode(SAME_HOST.contains(host) ? askedHost : host, (int) Replies.number(place.get(1))));
            }
            ranges.add(new Range(Replies.number(parts.get(0)), Replies.number(parts.get(1)), nodes));
        }
        return new ClusterSlots(ranges);
    }

    /** All nodes, replicas included. */
    Set<RedisNode> nodes() {
        Set<RedisNode> all = new HashSet<>();
        ranges.forEach(range -> all.addAll(range.nodes()));
        return all;
    }

    Optional<RedisNode> owner(int slot) {
        return ranges.stream()
                .filter(range -> range.has(slot) && !range.nodes().isEmpty())
                .map(range -> range.nodes().get(0))
                .findFirst();
    }
}
