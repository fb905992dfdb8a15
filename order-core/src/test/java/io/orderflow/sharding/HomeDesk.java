package io.orderflow.sharding;

import io.orderflow.sharding.ShardMessage.Ask;
import io.orderflow.sharding.ShardMessage.Denial;
import io.orderflow.sharding.ShardMessage.Recall;
import io.orderflow.sharding.ShardMessage.Recalled;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the home of some products does for the others: it gives what it has, and before it denies, it asks everybody.
 *
 * <ul>
 *   <li>A recall is for the asks that came before it. Those that come meanwhile wait for the next one.
 *   <li>While it is under way the home gives nothing of the product away: nobody would count it.
 *   <li>It ends when all have answered and all that they sent has come. Then all that was free is here: who still waits
 *       gets it, the first ones first, and for whom it is not enough is denied.
 * </ul>
 */
final class HomeDesk {
    private final Shard home;
    private final Map<Key, Ticket> tickets = new HashMap<>();
    private final Set<Ticket> open = new LinkedHashSet<>();
    private final Map<Integer, Round> rounds = new HashMap<>();
    private long recalls;

    HomeDesk(Shard home) {
        this.home = home;
    }

    private record Key(int from, long ask) {}

    /** An ask and what came of it. */
    private static final class Ticket {
        final Ask ask;
        final long since;
        boolean open = true;
        int denial = -1;

        Ticket(Ask ask, long since) {
            this.ask = ask;
            this.since = since;
        }
    }

    /** A recall that is under way. */
    private static final class Round {
        final long recall;
        final List<Ticket> covered;
        final long since;
        final long enteredBefore;
        final Map<Integer, Recall> sent = new HashMap<>();
        final Map<Integer, Recalled> answers = new HashMap<>();

        Round(long recall, List<Ticket> covered, long since, long enteredBefore) {
            this.recall = recall;
            this.covered = covered;
            this.since = since;
            this.enteredBefore = enteredBefore;
        }
    }

    void asked(Ask ask) {
        Key key = new Key(ask.from(), ask.ask());
        Ticket ticket = tickets.get(key);
        if (ticket == null || home.flaw == ShardFlaw.FORGETS_ASKS) {
            Ticket opened = new Ticket(ask, home.truth.now());
            tickets.put(key, opened);
            open.add(opened);
            evaluate(ask.product());
        } else if (ticket.denial >= 0) {
            home.send(new Denial(home.id, ask.from(), ask.ask(), ticket.denial));
        }
    }

    /** Gives what is there, and recalls for what is not. */
    void evaluate(int product) {
        if (rounds.containsKey(product) && home.flaw != ShardFlaw.GIVES_MEANWHILE) {
            return;
        }
        open(product).forEach(ticket -> give(ticket, false));
        List<Ticket> left = open(product);
        if (!left.isEmpty() && !rounds.containsKey(product)) {
            begin(product, left);
        }
    }

    private List<Ticket> open(int product) {
        return open.stream().filter(ticket -> ticket.ask.product() == product).toList();
    }

    private void close(Ticket ticket) {
        ticket.open = false;
        open.remove(ticket);
    }

    private void give(Ticket ticket, boolean waited) {
        Ask ask = ticket.ask;
        if (ask.from() == home.id && !home.waitsFor(ask.ask())) {
            close(ticket);
        } else if (ticket.open && home.available(ask.product()) >= ask.pieces()) {
            close(ticket);
            home.truth.answered(ask);
            home.answer(ask, waited);
        }
    }

    private void begin(int product, List<Ticket> asks) {
        Round round = new Round(++recalls, asks, home.truth.now(), home.truth.enteredUpToNow(product));
        rounds.put(product, round);
        for (int other = 0; other < home.shards; other++) {
            if (other != home.id && home.flaw != ShardFlaw.ASKS_NOBODY) {
                Recall recall = new Recall(home.id, other, product, round.recall, home.moves.sentTo(other));
                round.sent.put(other, recall);
                home.send(recall);
            }
        }
        finish(product);
    }

    void recalled(Recalled answer) {
        Round round = rounds.get(answer.product());
        boolean believed = home.flaw == ShardFlaw.BELIEVES_OLD_ANSWERS;
        if (round != null && (round.recall == answer.recall() || believed)) {
            round.answers.putIfAbsent(answer.from(), answer);
            finish(answer.product());
        }
    }

    /** Something has come from another shard. */
    void finishWhatIsBack() {
        List.copyOf(rounds.keySet()).forEach(this::finish);
    }

    private void finish(int product) {
        Round round = rounds.get(product);
        if (round == null || !round.sent.keySet().stream().allMatch(other -> isBack(round, other))) {
            return;
        }
        rounds.remove(product);
        List<Ticket> covered = home.flaw == ShardFlaw.DENIES_LATE_ASKS ? open(product) : round.covered;
        if (home.flaw != ShardFlaw.GIVES_TO_NOBODY) {
            covered.stream().filter(ticket -> !waits(round, ticket)).forEach(this::close);
        }
        covered.forEach(ticket -> give(ticket, waits(round, ticket)));
        covered.stream().filter(ticket -> ticket.open).forEach(ticket -> deny(ticket, round));
        evaluate(product);
    }

    private boolean isBack(Round round, int other) {
        Recalled answer = round.answers.get(other);
        return answer != null
                && (home.flaw == ShardFlaw.COUNTS_EARLY || home.moves.appliedUpTo(other) >= answer.movesBefore());
    }

    private boolean waits(Round round, Ticket ticket) {
        Ask ask = ticket.ask;
        if (ask.from() == home.id) {
            return home.waitsFor(ask.ask());
        }
        Recalled answer = round.answers.get(ask.from());
        return answer == null || answer.open().contains(ask.ask());
    }

    private void deny(Ticket ticket, Round round) {
        Ask ask = ticket.ask;
        long free = home.truth.freeSince(ask.product(), round.enteredBefore);
        if (free >= ask.pieces()) {
            throw new AssertionError(ask + " is denied, and " + free + " pieces were free all the time");
        }
        if (ticket.since > round.since) {
            throw new AssertionError(ask + " is denied by a recall that began before it");
        }
        close(ticket);
        home.truth.answered(ask);
        ticket.denial = home.log(new ShardEntry.Denied(ask.from(), ask.ask(), ask.product(), ask.pieces()));
        home.send(new Denial(home.id, ask.from(), ask.ask(), ticket.denial));
    }

    /** Says again what has not been answered. */
    void again() {
        rounds.values()
                .forEach(round -> round.sent.forEach((other, recall) -> {
                    if (!round.answers.containsKey(other)) {
                        home.send(recall);
                    }
                }));
    }

    boolean isIdle() {
        return rounds.isEmpty();
    }
}
