package io.orderflow.internal.admin;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.RetryBatchException;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** What a {@link RaceSide} does of cancelling, deciding, refunding, and bringing back. */
final class ChangeRacesProgram {
    static final int KINDS = 4;
    static final int PIECES = 3;

    private final RaceSide side;
    private final OrderProcessor orders;
    private final Engine engine = new Engine(new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX), Step.Watcher.NONE);

    private ChangeRacesProgram(RaceSide side) {
        this.side = side;
        this.orders = side.orders();
    }

    /** The order of a round. */
    static OrderRequest order(long seed, int round) {
        return OrderRequest.of(1 + round % 5)
                .line(1, PIECES)
                .id(new UUID(seed << 16 | 0x4000, Long.MIN_VALUE | round))
                .build();
    }

    public static void main(String[] args) throws Exception {
        RaceSide.run(args, side -> new ChangeRacesProgram(side)::race);
    }

    private String race(int round) throws SQLException {
        OrderRequest request = order(side.seed(), round);
        UUID id = request.id();
        return switch (round % KINDS) {
            case 0 ->
                side.number() == 0
                        ? orders.changes().cancel(request, "a").outcome().name()
                        : decide(request);
            case 1 ->
                orders.changes()
                        .refund(RefundRequest.rest(id, "same"))
                        .outcome()
                        .name();
            case 2 -> {
                RefundRequest some = RefundRequest.of(id, "side-" + side.number(), new RefundLine(0, PIECES - 1));
                yield orders.changes().refund(some).outcome().name();
            }
            default ->
                side.number() == 0
                        ? orders.deadLetters()
                                .redrive(LetterBox.idOf(OrderEntry.of(request)), "races")
                                .getClass()
                                .getSimpleName()
                        : decide(request);
        };
    }

    /** As a worker does: the same batch again until it is done. */
    private String decide(OrderRequest request) throws SQLException {
        while (true) {
            try {
                int verdicts = engine.decide(side.session(), List.of(OrderEntry.of(request)))
                        .verdicts()
                        .size();
                return verdicts == 1 ? "DECIDED" : "SKIPPED";
            } catch (RetryBatchException e) {
                // again
            } catch (SQLException e) {
                if (SqlFailure.of(e) != SqlFailure.CONTENTION && SqlFailure.of(e) != SqlFailure.DUPLICATE_KEY) {
                    throw e;
                }
            }
        }
    }
}
