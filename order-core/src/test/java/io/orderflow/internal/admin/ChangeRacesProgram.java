package io.orderflow.internal.admin;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.engine.Engine;
import io.orderflow.internal.engine.RetryBatchException;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlFailure;
import io.orderflow.internal.sql.Tables;
import io.orderflow.model.ShopDatabase;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * One of two processes that meet at one order in each round. Reads the number of a round, does its part and says what
 * came of it. Ends at the line {@code end}. Arguments: JDBC URL, user, password, which side it is, and a seed.
 */
final class ChangeRacesProgram {
    static final int KINDS = 4;
    static final int PIECES = 3;
    private static final int LONGEST_LEAD = 400_000;

    private final int side;
    private final long seed;
    private final Random random;
    private final OrderProcessor orders;
    private final Session session;
    private final Engine engine;

    private ChangeRacesProgram(int side, long seed, OrderProcessor orders, Session session) {
        this.side = side;
        this.seed = seed;
        this.random = new Random(seed + side);
        this.orders = orders;
        this.session = session;
        this.engine = new Engine(new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX), Step.Watcher.NONE);
    }

    /** The order of a round. */
    static OrderRequest order(long seed, int round) {
        return OrderRequest.of(1 + round % 5)
                .line(1, PIECES)
                .id(new UUID(seed << 16 | 0x4000, Long.MIN_VALUE | round))
                .build();
    }

    public static void main(String[] args) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(args[0]);
        config.setUsername(args[1]);
        config.setPassword(args[2]);
        config.setMaximumPoolSize(3);
        try (HikariDataSource pool = new HikariDataSource(config);
                OrderProcessor orders = OrderProcessor.builder(pool).build();
                Session session = new VerifiedSessions(pool, new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX), false)
                        .open(ShopDatabase.SETTINGS)) {
            new ChangeRacesProgram(Integer.parseInt(args[3]), Long.parseLong(args[4]), orders, session).run();
        }
    }

    private void run() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        String line;
        while ((line = in.readLine()) != null && !line.equals("end")) {
            int round = Integer.parseInt(line);
            long begin = System.nanoTime() + random.nextInt(LONGEST_LEAD);
            while (System.nanoTime() - begin < 0) {
                Thread.onSpinWait();
            }
            System.out.println(round + " " + race(round));
        }
    }

    private String race(int round) throws SQLException {
        OrderRequest request = order(seed, round);
        UUID id = request.id();
        return switch (round % KINDS) {
            case 0 ->
                side == 0 ? orders.changes().cancel(request, "a").outcome().name() : decide(request);
            case 1 ->
                orders.changes()
                        .refund(RefundRequest.rest(id, "same"))
                        .outcome()
                        .name();
            case 2 -> {
                RefundRequest some = RefundRequest.of(id, "side-" + side, new RefundLine(0, PIECES - 1));
                yield orders.changes().refund(some).outcome().name();
            }
            default ->
                side == 0
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
                int verdicts = engine.decide(session, List.of(OrderEntry.of(request)))
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
