package io.orderflow.sharding;

import io.orderflow.sharding.ShardMessage.Ask;
import io.orderflow.sharding.ShardMessage.Denial;
import io.orderflow.sharding.ShardMessage.Move;
import io.orderflow.sharding.ShardMessage.Moved;
import io.orderflow.sharding.ShardMessage.Recall;
import io.orderflow.sharding.ShardMessage.Recalled;
import io.orderflow.sharding.ShardOrder.Line;
import io.orderflow.sharding.ShardOrder.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One database of the shop: wallets of some buyers, their orders, and a part of the stock. Each public act is one
 * transaction of it alone. All that it keeps is in its tables, so a death costs it the messages that it was about to
 * send, and {@link #again} sends them anew.
 */
final class Shard {
    final int id;
    final int shards;
    final ShardFlaw flaw;
    final ShardTruth truth;
    final MoveBook moves = new MoveBook();
    final Map<Integer, Long> wallets = new HashMap<>();
    final Map<Long, ShardOrder> orders = new HashMap<>();
    private final Map<Long, ShardOrder> waiting = new TreeMap<>();
    private final Map<Long, ShardOrder> asking = new TreeMap<>();
    final List<ShardEntry> entries = new ArrayList<>();
    final HomeDesk desk = new HomeDesk(this);
    private final Map<Integer, Long> stock = new HashMap<>();
    private final Deque<Integer> more = new ArrayDeque<>();
    private final Consumer<ShardMessage> network;
    private long asks;

    Shard(int id, int shards, ShardFlaw flaw, ShardTruth truth, Consumer<ShardMessage> network) {
        this.id = id;
        this.shards = shards;
        this.flaw = flaw;
        this.truth = truth;
        this.network = network;
    }

    private int home(int product) {
        return product % shards;
    }

    long available(int product) {
        return stock.getOrDefault(product, 0L);
    }

    int log(ShardEntry entry) {
        entries.add(entry);
        return entries.size() - 1;
    }

    void send(ShardMessage message) {
        network.accept(message);
    }

    void accept(ShardOrder order) {
        orders.put(order.id, order);
        waiting.put(order.id, order);
        goOn(order, OptionalInt.empty());
        settle();
    }

    void restock(int product, long pieces) {
        log(new ShardEntry.Restocked(product, pieces));
        truth.entered(product, pieces);
        add(product, pieces);
        settle();
    }

    void refund(long id) {
        ShardOrder order = orders.get(id);
        if (order.state == State.COMPLETED) {
            order.state = State.REFUNDED;
            wallets.merge(order.buyer, order.cost(), Long::sum);
            log(new ShardEntry.Refunded(id));
            giveBack(order);
            settle();
        }
    }

    void receive(ShardMessage message) {
        if (message instanceof Move move) {
            moved(move);
            settle();
            desk.finishWhatIsBack();
        } else if (message instanceof Moved moved) {
            moves.acknowledged(moved.from(), moved.upTo());
        } else if (message instanceof Ask ask) {
            desk.asked(ask);
        } else if (message instanceof Denial denial) {
            denied(denial);
        } else if (message instanceof Recall recall) {
            recalled(recall);
        } else if (message instanceof Recalled answer) {
            desk.recalled(answer);
        }
        settle();
    }

    /** Says again whatever nobody has answered. */
    void again() {
        moves.promised().forEach(this::send);
        asking.values().forEach(this::ask);
        desk.again();
    }

    /**
     * The home has the pieces that somebody asks for.
     *
     * @param waits whether it is known that they are waited for
     */
    void answer(Ask ask, boolean waits) {
        if (ask.from() == id) {
            goOn(asking.get(ask.ask()), OptionalInt.empty());
            return;
        }
        Move move = moveOut(ask.from(), ask.product(), ask.pieces(), OptionalLong.of(ask.ask()));
        if (waits) {
            truth.promised(move);
        }
    }

    private Move moveOut(int to, int product, long pieces, OptionalLong ask) {
        Move move = new Move(id, to, moves.next(to), product, pieces, ask);
        add(product, -pieces);
        log(new ShardEntry.MovedOut(to, move.seq(), product, pieces));
        if (flaw != ShardFlaw.SENDS_ONCE) {
            moves.promise(move);
        }
        send(move);
        return move;
    }

    private void moved(Move move) {
        if (!moves.isApplied(move.from(), move.seq()) || flaw == ShardFlaw.APPLIES_TWICE) {
            moves.apply(move.from(), move.seq());
            log(new ShardEntry.MovedIn(move.from(), move.seq(), move.product(), move.pieces()));
            add(move.product(), move.pieces());
            truth.arrived(move);
            move.ask().ifPresent(this::answered);
        }
        boolean all = flaw == ShardFlaw.ACKNOWLEDGES_THE_HIGHEST;
        long upTo = all ? moves.highestApplied(move.from()) : moves.appliedUpTo(move.from());
        send(new Moved(id, move.from(), upTo));
    }

    /** Its order may ask again, should others have taken the pieces. */
    private void answered(long ask) {
        ShardOrder order = asking.remove(ask);
        if (order != null) {
            order.ask = OptionalLong.empty();
        }
    }

    /** Whether an order waits for the ask. */
    boolean waitsFor(long ask) {
        return asking.containsKey(ask);
    }

    /** Whether all orders have their verdict. */
    boolean isDone() {
        return waiting.isEmpty();
    }

    private void denied(Denial denial) {
        if (waitsFor(denial.ask())) {
            goOn(asking.get(denial.ask()), OptionalInt.of(denial.number()));
        }
    }

    private void recalled(Recall recall) {
        if (moves.appliedUpTo(recall.from()) < recall.movesBefore() && flaw != ShardFlaw.ANSWERS_EARLY) {
            return;
        }
        int product = recall.product();
        if (available(product) > 0) {
            moveOut(recall.from(), product, available(product), OptionalLong.empty());
        }
        send(new Recalled(
                id, recall.from(), product, recall.recall(), moves.sentTo(recall.from()), Set.copyOf(asking.keySet())));
    }

    private void add(int product, long pieces) {
        long now = stock.merge(product, pieces, Long::sum);
        if (now < 0) {
            throw new AssertionError("shard " + id + " has " + now + " pieces of product " + product);
        }
        if (pieces > 0) {
            more.add(product);
        }
    }

    /** Goes on with all that waited for what there is more of now. */
    private void settle() {
        while (!more.isEmpty()) {
            int product = more.remove();
            List.copyOf(waiting.values()).stream()
                    .filter(order -> order.waitsFor(product))
                    .forEach(order -> goOn(order, OptionalInt.empty()));
            if (home(product) == id) {
                desk.evaluate(product);
            }
        }
    }

    /** Sets aside what is there, and asks for what is not; decides when all is set aside, or denied. */
    private void goOn(ShardOrder order, OptionalInt denial) {
        while (order.ready < order.lines.size()) {
            Line line = order.lines.get(order.ready);
            if (available(line.product()) < line.pieces()) {
                if (denial.isPresent()) {
                    reject(order, denial);
                } else {
                    askFor(order);
                }
                return;
            }
            add(line.product(), -line.pieces());
            truth.taken(line.product(), line.pieces());
            log(new ShardEntry.SetAside(order.id, line.product(), line.pieces()));
            order.ready++;
            order.ask.ifPresent(this::answered);
        }
        decide(order);
    }

    private void askFor(ShardOrder order) {
        if (order.ask.isEmpty()) {
            order.ask = OptionalLong.of(asks);
            asking.put(asks++, order);
            ask(order);
        }
    }

    private void ask(ShardOrder order) {
        Line line = order.lines.get(order.ready);
        send(new Ask(id, home(line.product()), order.ask.getAsLong(), line.product(), line.pieces()));
    }

    private void decide(ShardOrder order) {
        if (wallets.getOrDefault(order.buyer, 0L) < order.cost()) {
            reject(order, OptionalInt.empty());
            return;
        }
        wallets.merge(order.buyer, -order.cost(), Long::sum);
        order.state = State.COMPLETED;
        waiting.remove(order.id);
        log(new ShardEntry.Completed(order.id));
    }

    private void reject(ShardOrder order, OptionalInt denial) {
        order.state = State.REJECTED;
        waiting.remove(order.id);
        log(new ShardEntry.Rejected(order.id, order.ask.orElse(-1), denial));
        order.ask.ifPresent(this::answered);
        if (flaw != ShardFlaw.KEEPS_PIECES) {
            giveBack(order);
        }
    }

    private void giveBack(ShardOrder order) {
        for (Line line : order.lines.subList(0, order.ready)) {
            log(new ShardEntry.GivenBack(order.id, line.product(), line.pieces()));
            truth.entered(line.product(), line.pieces());
            add(line.product(), line.pieces());
        }
    }
}
