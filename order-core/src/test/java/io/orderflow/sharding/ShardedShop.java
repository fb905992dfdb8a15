package io.orderflow.sharding;

import io.orderflow.sharding.ShardOrder.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A shop on some shards, and what happens to it: a seed says all. */
final class ShardedShop {
    private static final int BUYERS = 9;
    private static final int STEPS = 400;
    private static final int MOST_ROUNDS = 2_000;

    private final Random random;
    private final List<Shard> shards = new ArrayList<>();
    private final List<ShardMessage> inFlight = new ArrayList<>();
    private final Map<Integer, Map<Integer, Long>> wallets = new HashMap<>();
    private final ShardTruth truth = new ShardTruth();
    private final Map<Event, Integer> met = new EnumMap<>(Event.class);
    private final int products;
    private final double losses;
    private final double doubles;
    private final boolean[] dead;
    private boolean calm;
    private long orders;

    /** What a run is to meet. */
    enum Event {
        COMPLETED,
        REJECTED_FOR_MONEY,
        REJECTED_FOR_STOCK,
        REFUNDED,
        MOVED,
        LOST,
        DOUBLED,
        DEATH
    }

    private ShardedShop(long seed, ShardFlaw flaw) {
        random = new Random(seed);
        int count = 1 + random.nextInt(4);
        products = 1 + random.nextInt(3);
        losses = random.nextInt(4) * 0.1;
        doubles = random.nextInt(4) * 0.1;
        dead = new boolean[count];
        for (int id = 0; id < count; id++) {
            shards.add(new Shard(id, count, flaw, truth, this::send));
        }
        for (int buyer = 0; buyer < BUYERS; buyer++) {
            long money = random.nextInt(40) * ShardOrder.PRICE;
            shardOf(buyer).wallets.put(buyer, money);
            wallets.computeIfAbsent(shardOf(buyer).id, id -> new HashMap<>()).put(buyer, money);
        }
    }

    /**
     * Lives a life.
     *
     * @return how often it met what
     * @throws AssertionError if something was wrong
     */
    static Map<Event, Integer> live(long seed, ShardFlaw flaw) {
        ShardedShop shop = new ShardedShop(seed, flaw);
        try {
            for (int step = 0; step < STEPS; step++) {
                shop.step();
                shop.count();
            }
            shop.end();
            shop.shards.forEach(
                    shard -> ShardReplay.check(shard, shop.shards, shop.wallets.getOrDefault(shard.id, Map.of())));
            shop.tally();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
        return shop.met;
    }

    private Shard shardOf(int buyer) {
        return shards.get(buyer % shards.size());
    }

    private void met(Event event) {
        met.merge(event, 1, Integer::sum);
    }

    private void send(ShardMessage message) {
        if (!calm && random.nextDouble() < losses) {
            met(Event.LOST);
            return;
        }
        inFlight.add(message);
    }

    private void step() {
        truth.tick();
        int what = random.nextInt(100);
        if (what < 15) {
            order();
        } else if (what < 18) {
            restock();
        } else if (what < 22) {
            refund();
        } else if (what < 24) {
            deathOrReturn();
        } else if (what < 34) {
            again();
        } else {
            deliver();
        }
    }

    private void order() {
        int buyer = random.nextInt(BUYERS);
        Map<Integer, Long> lines = new TreeMap<>();
        for (int line = 0; line <= random.nextInt(2); line++) {
            lines.put(random.nextInt(products), 1L + random.nextInt(4));
        }
        Shard shard = shardOf(buyer);
        if (!dead[shard.id]) {
            List<Line> wanted = lines.entrySet().stream()
                    .map(line -> new Line(line.getKey(), line.getValue()))
                    .toList();
            shard.accept(new ShardOrder(orders++, buyer, wanted));
        }
    }

    private void restock() {
        int product = random.nextInt(products);
        Shard home = shards.get(product % shards.size());
        if (!dead[home.id]) {
            home.restock(product, 1L + random.nextInt(12));
        }
    }

    private void refund() {
        Shard shard = shards.get(random.nextInt(shards.size()));
        if (!dead[shard.id] && !shard.orders.isEmpty()) {
            List<Long> ids = shard.orders.keySet().stream().sorted().toList();
            shard.refund(ids.get(random.nextInt(ids.size())));
        }
    }

    /** What is sent to a dead shard does not arrive. */
    private void deathOrReturn() {
        int id = random.nextInt(shards.size());
        dead[id] = !dead[id];
        if (dead[id]) {
            met(Event.DEATH);
        }
    }

    private void again() {
        Shard shard = shards.get(random.nextInt(shards.size()));
        if (!dead[shard.id]) {
            shard.again();
        }
    }

    private void deliver() {
        if (inFlight.isEmpty()) {
            return;
        }
        int which = random.nextInt(inFlight.size());
        ShardMessage message = inFlight.get(which);
        if (!calm && random.nextDouble() < doubles) {
            met(Event.DOUBLED);
        } else {
            inFlight.set(which, inFlight.get(inFlight.size() - 1));
            inFlight.remove(inFlight.size() - 1);
        }
        if (!dead[message.to()]) {
            shards.get(message.to()).receive(message);
        }
    }

    /** All pieces that are free are in a shard, or on their way with a row that promises them. */
    private void count() {
        for (int product = 0; product < products; product++) {
            int which = product;
            long found = shards.stream()
                    .mapToLong(shard -> shard.available(which) + onTheirWay(shard, which))
                    .sum();
            if (found != truth.free(product)) {
                throw new AssertionError(found + " pieces of product " + product + ", and not " + truth.free(product));
            }
        }
    }

    private long onTheirWay(Shard shard, int product) {
        return shard.moves.promised().stream()
                .filter(move -> move.product() == product)
                .filter(move -> !shards.get(move.to()).moves.isApplied(shard.id, move.seq()))
                .mapToLong(ShardMessage.Move::pieces)
                .sum();
    }

    /** Nothing is lost any more, and nobody is dead: all orders get their verdict. */
    private void end() {
        calm = true;
        Arrays.fill(dead, false);
        for (int round = 0; !isDone(); round++) {
            if (round == MOST_ROUNDS) {
                throw new AssertionError("it does not come to rest: " + inFlight);
            }
            shards.forEach(Shard::again);
            while (!inFlight.isEmpty()) {
                truth.tick();
                deliver();
            }
            count();
        }
    }

    private boolean isDone() {
        return inFlight.isEmpty()
                && shards.stream()
                        .allMatch(shard -> shard.moves.promised().isEmpty() && shard.desk.isIdle() && shard.isDone());
    }

    private void tally() {
        for (Shard shard : shards) {
            for (ShardEntry entry : shard.entries) {
                if (entry instanceof ShardEntry.Completed) {
                    met(Event.COMPLETED);
                } else if (entry instanceof ShardEntry.Refunded) {
                    met(Event.REFUNDED);
                } else if (entry instanceof ShardEntry.MovedIn) {
                    met(Event.MOVED);
                } else if (entry instanceof ShardEntry.Rejected rejected) {
                    met(rejected.denial().isPresent() ? Event.REJECTED_FOR_STOCK : Event.REJECTED_FOR_MONEY);
                }
            }
        }
    }
}
