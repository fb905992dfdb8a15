package io.orderflow.simulation;

import io.orderflow.Acceptance;
import io.orderflow.ArchiveConfig;
import io.orderflow.WorkerConfig;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.intake.IntakeSettings;
import io.orderflow.internal.journal.AcceptedOrders;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What kind of run a seed makes.
 *
 * @param nodes processes, each with intake, workers and recovery
 * @param workers workers of each
 * @param events how many random events before everything is set right
 * @param durable whether the queue keeps what it took; else it may lose it and says that it is weak
 * @param queueFaults how probable each fault of the queue is at a call
 * @param databaseFaults how probable a fault of the database is at a statement or commit
 * @param deaths how probable the death of whoever runs is there
 * @param interleaving how probable it is that somebody else runs between two transactions of one step
 * @param killer whether one order kills whoever decides it
 * @param poison how probable an order is that cannot be decided
 * @param intake the intakes' settings
 * @param remembered how many orders a process remembers that it journaled in groups
 * @param runner the workers' settings
 * @param archive what archivists do; empty if there are none
 * @param fed whether somebody reads a feed
 */
record FaultProfile(
        int nodes,
        int workers,
        int events,
        boolean durable,
        double queueFaults,
        double databaseFaults,
        double deaths,
        double interleaving,
        boolean killer,
        double poison,
        IntakeSettings intake,
        int remembered,
        WorkerConfig runner,
        Optional<ArchiveConfig> archive,
        boolean fed) {

    /** What the run of a seed is like. */
    static FaultProfile of(long seed) {
        return draw(new SplittableRandom(seed));
    }

    static FaultProfile draw(RandomGenerator random) {
        boolean durable = random.nextInt(3) > 0;
        return new FaultProfile(
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                40 + random.nextInt(80),
                durable,
                share(random, 0.06),
                share(random, 0.02),
                share(random, 0.004),
                share(random, 0.2),
                random.nextInt(12) == 0,
                share(random, 0.04),
                intake(random),
                oneOf(random, 2, AcceptedOrders.MOST),
                WorkerConfig.builder()
                        .maxBatch(oneOf(random, 1, 2, 5, 20, 500))
                        .lease(Duration.ofSeconds(oneOf(random, 2, 30)))
                        .batchWait(Duration.ZERO)
                        .build(),
                random.nextInt(3) == 0 ? Optional.of(archive(random)) : Optional.empty(),
                random.nextBoolean());
    }

    private static ArchiveConfig archive(RandomGenerator random) {
        return ArchiveConfig.builder()
                .olderThan(Duration.ofDays(1))
                .keepKeys(Duration.ofDays(oneOf(random, 0, 1, 365)))
                .keepAllIds(random.nextBoolean())
                .ordersPerSecond(1_000_000)
                .ordersPerPiece(oneOf(random, 1, 3, 500))
                .build();
    }

    private static IntakeSettings intake(RandomGenerator random) {
        return new IntakeSettings(
                acceptance(random),
                false,
                Duration.ofSeconds(2),
                oneOf(random, 3, 20, 1_000),
                oneOf(random, 1, 3, 500),
                Duration.ofMillis(oneOf(random, 0, 0, 5)),
                Duration.ofMillis(1_500),
                Duration.ofSeconds(1),
                new Frames(FrameKeys.NONE, Optional::empty));
    }

    private static Acceptance acceptance(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> Acceptance.QUEUE_ONLY;
            case 2, 3, 4 -> Acceptance.ROW_JOURNAL;
            default -> Acceptance.GROUP_JOURNAL;
        };
    }

    /** The intakes' settings, with one process's way to write frames. */
    IntakeSettings intake(Frames frames) {
        return new IntakeSettings(
                intake.acceptance(),
                intake.allowWeakQueue(),
                intake.submitTimeout(),
                intake.bufferCapacity(),
                intake.maxGroup(),
                intake.groupWait(),
                intake.journalTimeout(),
                intake.publishTimeout(),
                frames);
    }

    /** Nothing of it in a third of the runs. */
    private static double share(RandomGenerator random, double most) {
        return random.nextInt(3) == 0 ? 0 : random.nextDouble() * most;
    }

    private static int oneOf(RandomGenerator random, int... values) {
        return values[random.nextInt(values.length)];
    }
}
