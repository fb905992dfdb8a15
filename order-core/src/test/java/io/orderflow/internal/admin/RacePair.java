package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Two that meet at one order in each round: processes, or threads where the database is one process's. */
final class RacePair implements AutoCloseable {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final int LONGEST_LEAD = 400_000;
    private static final long STEP = 20_000;
    private static final int PATIENCE = 4;
    private static final int MOST_DOUBLINGS = 12;

    private final List<Contender> sides;
    private final Random random;
    private long edge;
    private int winner;
    private int inARow;

    private RacePair(List<Contender> sides, long seed) {
        this.sides = sides;
        this.random = new Random(seed);
    }

    /** One of the two. */
    private interface Contender extends AutoCloseable {
        void begin(int round, long lead);

        String answer(int round);

        @Override
        void close();
    }

    /** Two processes of that program, which is a {@link RaceSide}. */
    static RacePair processes(ShopDatabase shop, Class<?> program, long seed) {
        Contender one = new InProcess(start(shop.database(), program, 0, seed));
        return new RacePair(List.of(one, new InProcess(start(shop.database(), program, 1, seed))), seed);
    }

    private static JavaProcess start(TestDatabase database, Class<?> program, int side, long seed) {
        JavaProcess process =
                JavaProcess.start(List.of("-Xmx128m"), program, database, String.valueOf(side), String.valueOf(seed));
        process.awaitLine("ready", BOUND);
        return process;
    }

    /** Two threads. */
    static RacePair threads(RaceSide.Part one, RaceSide.Part other, long seed) {
        return new RacePair(List.of(new InThread(one), new InThread(other)), seed);
    }

    /** What both say of a round, the first one first. */
    String meet(int round) {
        sides.get(0).begin(round, Math.max(0, edge) + random.nextInt(LONGEST_LEAD));
        sides.get(1).begin(round, Math.max(0, -edge) + random.nextInt(LONGEST_LEAD));
        return sides.get(0).answer(round) + " " + sides.get(1).answer(round);
    }

    /**
     * The winner of a round begins later in the next, and much later when it wins again and again: a race that one side
     * wins on whatever machine is none.
     */
    void won(int side) {
        inARow = side == winner ? inARow + 1 : 0;
        winner = side;
        long step = STEP << Math.min(inARow / PATIENCE, MOST_DOUBLINGS);
        edge += side == 0 ? step : -step;
    }

    @Override
    public void close() {
        sides.forEach(Contender::close);
    }

    private record InProcess(JavaProcess process) implements Contender {
        @Override
        public void begin(int round, long lead) {
            process.send(round + " " + lead);
        }

        @Override
        public String answer(int round) {
            String begin = round + " ";
            return process.awaitLine("the answer of round " + round, line -> line.startsWith(begin), BOUND)
                    .substring(begin.length());
        }

        @Override
        public void close() {
            try (process) {
                if (process.isAlive()) {
                    process.send("end");
                    assertEquals(0, process.awaitExit(BOUND), process::toString);
                }
            }
        }
    }

    private static final class InThread implements Contender {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final RaceSide.Part part;
        private Future<String> answer;

        InThread(RaceSide.Part part) {
            this.part = part;
        }

        @Override
        public void begin(int round, long lead) {
            answer = thread.submit(() -> {
                RaceSide.spin(lead);
                return part.race(round);
            });
        }

        @Override
        public String answer(int round) {
            try {
                return answer.get(BOUND.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("round " + round, e);
            }
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
