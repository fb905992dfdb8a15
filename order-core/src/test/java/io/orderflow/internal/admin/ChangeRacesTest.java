package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.RulesContract;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Two processes meet at one order, again and again: it is cancelled and decided, refunded twice, refunded beyond what
 * is left, brought back and delivered. {@code -Dchange.races=10000} has so many rounds.
 */
class ChangeRacesTest extends RulesContract {
    private static final int ROUNDS = Integer.getInteger("change.races", 400);
    private static final int PIECE = 400;
    private static final long MONEY = 1_000_000_000_000L;

    private final long seed = System.nanoTime() & 0xffff_ffffL;
    private final Map<String, Integer> met = new TreeMap<>();

    @Test
    void oneOfTwoProcessesIsFirst() {
        if (kind() == TestDatabase.Kind.H2) {
            // in memory it is one process's
            return;
        }
        shop().inventory().define(1, 10, MONEY, "product");
        for (long buyer = 1; buyer <= 5; buyer++) {
            shop().wallets().open(buyer, MONEY, "wallet-" + buyer);
        }
        long begin = System.nanoTime();
        try (RacePair pair = RacePair.processes(shop(), ChangeRacesProgram.class, seed)) {
            for (int from = 0; from < ROUNDS; from += PIECE) {
                int to = Math.min(ROUNDS, from + PIECE);
                prepare(from, to);
                for (int round = from; round < to; round++) {
                    race(pair, round);
                }
            }
        }
        decideWhatCameBack();
        System.out.println(kind() + ": " + ROUNDS + " races of two processes, seed " + seed + ", in "
                + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s: " + met);
        checkSums();
    }

    private OrderEntry order(int round) {
        return OrderEntry.of(ChangeRacesProgram.order(seed, round));
    }

    /** Half of the orders that are cancelled are in a queue alone, as far as the database knows. */
    private void prepare(int from, int to) {
        List<OrderEntry> bought = new ArrayList<>();
        List<OrderEntry> pending = new ArrayList<>();
        LetterBox box = new LetterBox(shop());
        for (int round = from; round < to; round++) {
            int kind = round % ChangeRacesProgram.KINDS;
            if (kind == 3) {
                box.park(order(round));
            } else if (kind > 0) {
                bought.add(order(round));
            } else if (round % (2 * ChangeRacesProgram.KINDS) == 0) {
                pending.add(order(round));
            }
        }
        if (!pending.isEmpty()) {
            shop().journal(pending);
        }
        if (!bought.isEmpty()) {
            shop().decide(bought);
        }
    }

    private void race(RacePair pair, int round) {
        String both = pair.meet(round);
        met.merge(both, 1, Integer::sum);
        Set<String> possible = switch (round % ChangeRacesProgram.KINDS) {
            case 0 -> Set.of("CANCELLED SKIPPED", "TOO_LATE DECIDED");
            case 1 -> Set.of("REFUNDED DUPLICATE", "DUPLICATE REFUNDED");
            case 2 -> Set.of("REFUNDED MORE_THAN_LEFT", "MORE_THAN_LEFT REFUNDED");
            default -> Set.of("Done SKIPPED", "Done DECIDED");
        };
        assertTrue(possible.contains(both), () -> "round " + round + " of seed " + seed + ": " + both);
    }

    private void decideWhatCameBack() {
        LetterBox box = new LetterBox(shop());
        int decided = 1;
        while (decided > 0) {
            decided = box.recover();
        }
    }

    /** Each order took its pieces once or never, and gave back what was told. */
    private void checkSums() {
        int cancelled = met.getOrDefault("CANCELLED SKIPPED", 0);
        long wholes = met.entrySet().stream()
                .filter(entry -> entry.getKey().contains("DUPLICATE"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        long parts = met.entrySet().stream()
                .filter(entry -> entry.getKey().contains("MORE_THAN_LEFT"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        long pieces = ChangeRacesProgram.PIECES;
        long taken = (ROUNDS - cancelled) * pieces - wholes * pieces - parts * (pieces - 1);
        assertEquals(MONEY - taken, shop().inventory().find(1).orElseThrow().available());
        assertEquals(
                5 * MONEY - 10 * taken,
                Long.parseLong(
                        shop().read("SELECT SUM(balance) FROM orderflow_wallet").get(0)));
        assertEquals(ROUNDS, shop().count("orderflow_orders"));
    }
}
