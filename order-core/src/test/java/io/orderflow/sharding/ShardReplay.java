package io.orderflow.sharding;

import io.orderflow.sharding.ShardEntry.Completed;
import io.orderflow.sharding.ShardEntry.Denied;
import io.orderflow.sharding.ShardEntry.GivenBack;
import io.orderflow.sharding.ShardEntry.MovedIn;
import io.orderflow.sharding.ShardEntry.MovedOut;
import io.orderflow.sharding.ShardEntry.Refunded;
import io.orderflow.sharding.ShardEntry.Rejected;
import io.orderflow.sharding.ShardEntry.Restocked;
import io.orderflow.sharding.ShardEntry.SetAside;
import io.orderflow.sharding.ShardOrder.Line;
import io.orderflow.sharding.ShardOrder.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Goes through the log of one shard in the order of its numbers, and finds whether each verdict was right there. */
final class ShardReplay {
    private final Shard shard;
    private final List<Shard> all;
    private final Map<Integer, Long> stock = new HashMap<>();
    private final Map<Integer, Long> wallets;
    private final Map<Long, Map<Integer, Long>> setAside = new HashMap<>();
    private final Map<Long, State> verdicts = new HashMap<>();

    private ShardReplay(Shard shard, List<Shard> all, Map<Integer, Long> wallets) {
        this.shard = shard;
        this.all = all;
        this.wallets = new HashMap<>(wallets);
    }

    /**
     * Replays a shard.
     *
     * @param wallets what was in them before everything
     * @throws AssertionError if a verdict was wrong, or the shard has something else in the end
     */
    static void check(Shard shard, List<Shard> all, Map<Integer, Long> wallets) {
        ShardReplay replay = new ShardReplay(shard, all, wallets);
        shard.entries.forEach(replay::apply);
        replay.compare();
    }

    private void apply(ShardEntry entry) {
        if (entry instanceof Restocked done) {
            add(done.product(), done.pieces());
        } else if (entry instanceof MovedOut done) {
            add(done.product(), -done.pieces());
        } else if (entry instanceof MovedIn done) {
            moved(done);
        } else if (entry instanceof SetAside done) {
            add(done.product(), -done.pieces());
            keep(done.order(), done.product(), done.pieces());
        } else if (entry instanceof GivenBack done) {
            keep(done.order(), done.product(), -done.pieces());
            add(done.product(), done.pieces());
        } else if (entry instanceof Completed done) {
            completed(order(done.order()));
        } else if (entry instanceof Rejected done) {
            rejected(order(done.order()), done);
        } else if (entry instanceof Refunded done) {
            ShardOrder order = order(done.order());
            expect(verdicts.replace(order.id, State.REFUNDED) == State.COMPLETED, done);
            wallets.merge(order.buyer, order.cost(), Long::sum);
        }
    }

    private ShardOrder order(long id) {
        return shard.orders.get(id);
    }

    private void add(int product, long pieces) {
        expect(stock.merge(product, pieces, Long::sum) >= 0, "stock of product " + product + " below 0");
    }

    private void keep(long order, int product, long pieces) {
        setAside.computeIfAbsent(order, any -> new HashMap<>()).merge(product, pieces, Long::sum);
    }

    private void moved(MovedIn in) {
        add(in.product(), in.pieces());
        MovedOut out = new MovedOut(shard.id, in.seq(), in.product(), in.pieces());
        expect(all.get(in.from()).entries.contains(out), in);
        expect(shard.entries.stream().filter(in::equals).count() == 1, in);
    }

    private void completed(ShardOrder order) {
        order.lines.forEach(line -> expect(has(order) && kept(order, line) == line.pieces(), order.id));
        expect(verdicts.put(order.id, State.COMPLETED) == null, order.id);
        expect(wallets.merge(order.buyer, -order.cost(), Long::sum) >= 0, order.id);
    }

    private boolean has(ShardOrder order) {
        return setAside.containsKey(order.id);
    }

    private long kept(ShardOrder order, Line line) {
        return setAside.getOrDefault(order.id, Map.of()).getOrDefault(line.product(), 0L);
    }

    /** The first line for which nothing is set aside is the one that was denied. */
    private void rejected(ShardOrder order, Rejected done) {
        expect(verdicts.put(order.id, State.REJECTED) == null, done);
        if (done.denial().isEmpty()) {
            expect(wallets.getOrDefault(order.buyer, 0L) < order.cost(), done);
            return;
        }
        Line line = order.lines.stream()
                .filter(each -> kept(order, each) == 0)
                .findFirst()
                .orElseThrow();
        expect(stock.getOrDefault(line.product(), 0L) < line.pieces(), done);
        Denied denied = new Denied(shard.id, done.ask(), line.product(), line.pieces());
        Shard home = all.get(line.product() % all.size());
        expect(home.entries.get(done.denial().getAsInt()).equals(denied), done);
    }

    private void compare() {
        for (ShardOrder order : shard.orders.values()) {
            expect(verdicts.getOrDefault(order.id, State.WAITING) == order.state, order.id);
            if (order.state == State.REJECTED || order.state == State.REFUNDED) {
                order.lines.forEach(line -> expect(kept(order, line) == 0, order.id));
            }
        }
        stock.forEach((product, pieces) -> expect(shard.available(product) == pieces, "product " + product));
        shard.wallets.forEach((buyer, money) -> expect(wallets.get(buyer).equals(money), "wallet " + buyer));
    }

    private void expect(boolean right, Object what) {
        if (!right) {
            throw new AssertionError("shard " + shard.id + ", replay: " + what);
        }
    }
}
