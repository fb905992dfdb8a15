package io.orderflow.internal.admin;

import io.orderflow.ConfirmResult;
import io.orderflow.OrderChanges;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.Payment;
import io.orderflow.ReleaseResult;
import io.orderflow.internal.engine.HoldExpiry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a {@link RaceSide} does to end holds: it confirms, releases, or expires, and says what it was told. */
final class HoldRacesProgram {
    /** Confirmation and expiry, confirmation and release, release and expiry. */
    static final int KINDS = 3;

    static final int PIECES = 3;
    private static final UUID NOBODYS = new UUID(0x4000, Long.MIN_VALUE);

    private final int number;
    private final long seed;
    private final OrderChanges changes;
    private final Session session;
    private HoldExpiry byCounts;

    /** For a thread of its own. */
    HoldRacesProgram(int number, long seed, OrderChanges changes, Session session) throws SQLException {
        this.number = number;
        this.seed = seed;
        this.changes = changes;
        this.session = session;
        this.byCounts = byCounts();
    }

    /** The order of a round; some are paid elsewhere, and some are of a product with a limit for each buyer. */
    static OrderRequest order(long seed, int round) {
        int turn = round / KINDS;
        return OrderRequest.of(1 + turn % 5)
                .line(1 + turn % 2, PIECES)
                .payment(turn % 4 == 3 ? Payment.EXTERNAL : Payment.WALLET)
                .holdFor(Duration.ofMinutes(1))
                .id(new UUID(seed << 16 | 0x4000, Long.MIN_VALUE | round))
                .build();
    }

    public static void main(String[] args) throws Exception {
        RaceSide.run(args, HoldRacesProgram::part);
    }

    private static RaceSide.Part part(RaceSide side) {
        try {
            return new HoldRacesProgram(
                    side.number(), side.seed(), side.orders().changes(), side.session())::race;
        } catch (SQLException e) {
            throw new IllegalStateException("no way to expire by counts", e);
        }
    }

    String race(int round) throws SQLException {
        UUID order = order(seed, round).id();
        return switch (round % KINDS) {
            case 0 -> number == 0 ? told(changes.confirm(order, "a")) : expire(order, round / KINDS);
            case 1 -> number == 0 ? told(changes.confirm(order, "a")) : told(changes.release(order, "b"));
            default -> number == 0 ? told(changes.release(order, "b")) : expire(order, round / KINDS);
        };
    }

    private static String told(ConfirmResult result) {
        String late = result instanceof ConfirmResult.Expired expired
                ? ":" + expired.order().status()
                : result instanceof ConfirmResult.NotReserved other
                        ? ":" + other.order().status()
                        : "";
        return result.outcome() + late;
    }

    private static String told(ReleaseResult result) {
        String late = result instanceof ReleaseResult.Expired expired
                ? ":" + expired.order().status()
                : result instanceof ReleaseResult.NotReserved other
                        ? ":" + other.order().status()
                        : "";
        return result.outcome() + late;
    }

    /** By counts, by reads that wait, and by reads that go around what the other holds; again until it is done. */
    private String expire(UUID order, int turn) throws SQLException {
        List<UUID> one = List.of(order);
        HoldExpiry byReads = new HoldExpiry(new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX));
        Optional<HoldExpiry.Piece> done = Optional.empty();
        while (done.isEmpty()) {
            try {
                done = switch (turn % 3) {
                    case 0 -> byCounts.expire(session, one);
                    case 1 -> byReads.expire(session, one);
                    default -> byReads.expireAround(session, one);
                };
            } catch (SQLException e) {
                if (SqlFailure.of(e) != SqlFailure.CONTENTION) {
                    throw e;
                }
            }
        }
        byCounts = byCounts();
        return done.get().fates().get(0).name();
    }

    /** It counts once it has seen a piece without a limit; and no more when another was faster than a count. */
    private HoldExpiry byCounts() throws SQLException {
        HoldExpiry expiry = new HoldExpiry(new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX));
        expiry.expire(session, List.of(NOBODYS));
        return expiry;
    }
}
