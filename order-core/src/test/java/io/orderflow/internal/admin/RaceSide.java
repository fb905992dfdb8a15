package io.orderflow.internal.admin;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.testing.ChildPool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;

/**
 * One of two processes that meet at one order in each round. Reads the number of a round and how long to wait, does its
 * part and says what came of it. Ends at the line {@code end}. Arguments: JDBC URL, user, password, which side it is,
 * and a seed.
 *
 * @param number 0 or 1
 * @param seed the same for both
 */
record RaceSide(int number, long seed, OrderProcessor orders, Session session) {
    /** A session that no round needs for a while is not ended meanwhile. */
    private static final Session.Settings SETTINGS =
            new Session.Settings(false, Duration.ofSeconds(5), Duration.ofMinutes(30), Duration.ofSeconds(30));

    /** What a side does in a round, and what came of it. */
    @FunctionalInterface
    interface Part {
        String race(int round) throws SQLException;
    }

    /** The main method of a side. */
    static void run(String[] args, Function<RaceSide, Part> program) throws Exception {
        try (HikariDataSource pool = ChildPool.open(args, 3);
                OrderProcessor orders = OrderProcessor.builder(pool).build();
                Session session = new VerifiedSessions(pool, new Tables(OrderProcessor.DEFAULT_TABLE_PREFIX), false)
                        .open(SETTINGS)) {
            answerAll(program.apply(new RaceSide(Integer.parseInt(args[3]), Long.parseLong(args[4]), orders, session)));
        }
    }

    private static void answerAll(Part part) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        String line;
        while ((line = in.readLine()) != null && !line.equals("end")) {
            String[] words = line.split(" ");
            spin(Long.parseLong(words[1]));
            System.out.println(words[0] + " " + part.race(Integer.parseInt(words[0])));
        }
    }

    /** Passes so many nanoseconds, to the point. */
    static void spin(long nanos) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < nanos) {
            Thread.onSpinWait();
        }
    }
}
