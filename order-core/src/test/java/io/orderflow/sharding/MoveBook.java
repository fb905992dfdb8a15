package io.orderflow.sharding;

import io.orderflow.sharding.ShardMessage.Move;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rows of one shard that say which moves it has promised, and which it has applied. */
final class MoveBook {
    private final Map<Integer, Long> sent = new HashMap<>();
    private final Map<Integer, TreeMap<Long, Move>> promised = new HashMap<>();
    private final Map<Integer, Long> appliedUpTo = new HashMap<>();
    private final Map<Integer, TreeSet<Long>> appliedBeyond = new HashMap<>();

    /** The number of the next move to a shard. */
    long next(int to) {
        return sent.merge(to, 1L, Long::sum);
    }

    void promise(Move move) {
        promised.computeIfAbsent(move.to(), to -> new TreeMap<>()).put(move.seq(), move);
    }

    /** The receiver has all up to this one. */
    void acknowledged(int to, long upTo) {
        promised.getOrDefault(to, new TreeMap<>()).headMap(upTo, true).clear();
    }

    /** What is to be sent until it is acknowledged. */
    List<Move> promised() {
        List<Move> all = new ArrayList<>();
        promised.values().forEach(moves -> all.addAll(moves.values()));
        return all;
    }

    long sentTo(int to) {
        return sent.getOrDefault(to, 0L);
    }

    boolean isApplied(int from, long seq) {
        return seq <= appliedUpTo(from)
                || appliedBeyond.getOrDefault(from, new TreeSet<>()).contains(seq);
    }

    /** What is kept stays small: a number, and what came before its time. */
    void apply(int from, long seq) {
        TreeSet<Long> beyond = appliedBeyond.computeIfAbsent(from, any -> new TreeSet<>());
        beyond.add(seq);
        while (beyond.remove(appliedUpTo(from) + 1)) {
            appliedUpTo.merge(from, 1L, Long::sum);
        }
    }

    long appliedUpTo(int from) {
        return appliedUpTo.getOrDefault(from, 0L);
    }

    long highestApplied(int from) {
        TreeSet<Long> beyond = appliedBeyond.getOrDefault(from, new TreeSet<>());
        return beyond.isEmpty() ? appliedUpTo(from) : beyond.last();
    }
}
