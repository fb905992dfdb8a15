package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.sql.Session;
import io.orderflow.model.RulesContract;
import io.orderflow.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two processes end one hold at the same moment: one of them wins, the other is told which, and the row says the same.
 * The audit is clean afterwards and the replay agrees. In H2 they are two threads. {@code -Dhold.races=10000} has so
 * many races of each two ends.
 */
class HoldRacesTest extends RulesContract {
    private static final int RACES = Integer.getInteger("hold.races", 100);
    private static final int PIECE = 200;
    private static final int BUYERS = 5;
    private static final int PRICE = 10;

    /** What a race comes to: who won, and how the order ended. */
    private record End(int winner, int status) {
        static final End CONFIRMED = new End(0, Codes.COMPLETED);
        static final End RELEASED_FIRST = new End(0, Codes.RELEASED);
        static final End RELEASED_SECOND = new End(1, Codes.RELEASED);
        static final End EXPIRED = new End(1, Codes.EXPIRED);
    }

    private static final List<Map<String, End>> POSSIBLE = List.of(
            Map.of("CONFIRMED LEFT", End.CONFIRMED, "EXPIRED:EXPIRED EXPIRED", End.EXPIRED),
            Map.of(
                    "CONFIRMED NOT_RESERVED:COMPLETED",
                    End.CONFIRMED,
                    "NOT_RESERVED:CANCELLED RELEASED",
                    End.RELEASED_SECOND),
            Map.of("RELEASED LEFT", End.RELEASED_FIRST, "EXPIRED:EXPIRED EXPIRED", End.EXPIRED));

    private final long seed = System.nanoTime() & 0xffff_ffffL;
    private final Map<String, Integer> met = new TreeMap<>();
    private long keptPieces;
    private long keptMoney;

    /** As much as all orders take, so that nothing can be taken or given back once more unseen. */
    @BeforeEach
    void open() {
        long pieces = (long) RACES * HoldRacesProgram.KINDS * HoldRacesProgram.PIECES;
        shop().inventory().define(1, PRICE, pieces, "product-1");
        shop().inventory().define(2, PRICE, pieces, "product-2");
        shop().inventory().setMaxPerBuyer(2, pieces, "limit");
        for (long buyer = 1; buyer <= BUYERS; buyer++) {
            shop().wallets().open(buyer, pieces * PRICE, "wallet-" + buyer);
        }
    }

    @Test
    void oneOfTwoEndsAHold() throws SQLException {
        long begin = System.nanoTime();
        if (kind() == TestDatabase.Kind.H2) {
            // in memory it is one process's
            try (Session one = shop().session();
                    Session other = shop().session();
                    RacePair pair = RacePair.threads(side(0, one), side(1, other), seed)) {
                raceAll(pair);
            }
        } else {
            try (RacePair pair = RacePair.processes(shop(), HoldRacesProgram.class, seed)) {
                raceAll(pair);
            }
        }
        System.out.println(kind() + ": " + RACES + " races of each two ends, seed " + seed + ", in "
                + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s: " + met);
        checkSums();
    }

    private RaceSide.Part side(int number, Session session) throws SQLException {
        return new HoldRacesProgram(number, seed, shop().changes(), session)::race;
    }

    private void raceAll(RacePair pair) throws SQLException {
        for (int from = 0; from < RACES; from += PIECE) {
            for (int kind = 0; kind < HoldRacesProgram.KINDS; kind++) {
                int first = kind;
                raceSome(
                        pair,
                        IntStream.range(from, Math.min(RACES, from + PIECE))
                                .map(turn -> turn * HoldRacesProgram.KINDS + first)
                                .toArray());
            }
        }
    }

    private void raceSome(RacePair pair, int[] rounds) throws SQLException {
        shop().decide(IntStream.of(rounds).mapToObj(this::order).toList());
        Map<UUID, Integer> expected = new HashMap<>();
        for (int round : rounds) {
            expected.put(order(round).id(), race(pair, round));
        }
        try (Session session = shop().session()) {
            assertEquals(
                    expected,
                    new OrderReader(shop().tables()).statuses(session.connection(), expected.keySet()),
                    this::toString);
        }
    }

    private int race(RacePair pair, int round) {
        String both = pair.meet(round);
        int kind = round % HoldRacesProgram.KINDS;
        met.merge(kind + " " + both, 1, Integer::sum);
        End end = POSSIBLE.get(kind).get(both);
        assertTrue(end != null, () -> "round " + round + " of " + this + ": " + both);
        pair.won(end.winner());
        if (end.status() == Codes.COMPLETED) {
            OrderEntry order = order(round);
            keptPieces += HoldRacesProgram.PIECES;
            keptMoney += order.needsWallet() ? HoldRacesProgram.PIECES * PRICE : 0;
        }
        return end.status();
    }

    private OrderEntry order(int round) {
        return OrderEntry.of(HoldRacesProgram.order(seed, round));
    }

    /** Each order keeps what it took or gives back all of it, and each two ends have both won. */
    private void checkSums() {
        long pieces = (long) RACES * HoldRacesProgram.KINDS * HoldRacesProgram.PIECES;
        assertEquals(2 * pieces - keptPieces, sum("available", "orderflow_stock"));
        assertEquals(BUYERS * pieces * PRICE - keptMoney, sum("balance", "orderflow_wallet"));
        assertEquals((long) RACES * HoldRacesProgram.KINDS, shop().count("orderflow_order_change"));
        assertEquals(0, shop().count("orderflow_hold"));
        assertEquals(2 * HoldRacesProgram.KINDS, met.size(), met::toString);
    }

    private long sum(String column, String table) {
        return Long.parseLong(
                shop().read("SELECT SUM(" + column + ") FROM " + table).get(0));
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + met;
    }
}
