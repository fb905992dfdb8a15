package io.orderflow.faults;

import io.orderflow.testing.Eventually;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Processes that submit and decide, and one that reads the feed, which are killed again and again while they are at it.
 * Kills come evenly over all orders: nobody submits further than one of these pieces beyond the next kill, so whoever
 * reads after it has something new to read. Used by one thread.
 */
final class FeedVictims implements AutoCloseable {
    /** Most orders that are submitted at once, and events that are read at once, however many there are. */
    private static final int MOST_AT_ONCE = 500;

    private static final int FEWEST_AT_ONCE = 20;

    private final TestDatabase database;
    private final Plan plan;
    private final Path folder;
    private final List<ManyOrdersProcess> hosts = new ArrayList<>();
    private final List<long[]> told = new ArrayList<>();
    private FeedReaderProcess reader;
    private long last;
    private long read;

    /**
     * What is done.
     *
     * @param processes that submit and decide
     * @param orders of each of them
     * @param kills how often the reader and one of them are killed
     * @param bound of each wait
     * @param progress is told after each kill how far it is
     */
    record Plan(long seed, int processes, int orders, int kills, Duration bound, Consumer<String> progress) {
        /** Of one process: so many were submitted when the kill comes. */
        int until(int kill) {
            return (int) ((long) orders * kill / (kills + 1));
        }

        private int atOnce() {
            return Math.max(FEWEST_AT_ONCE, Math.min(MOST_AT_ONCE, orders / 50));
        }
    }

    private FeedVictims(TestDatabase database, Plan plan, Path folder) {
        this.database = database;
        this.plan = plan;
        this.folder = folder;
    }

    /**
     * Starts the processes.
     *
     * @param folder an empty one, for what readers were told
     */
    static FeedVictims start(TestDatabase database, Plan plan, Path folder) {
        FeedVictims victims = new FeedVictims(database, plan, folder);
        try {
            for (int i = 0; i < plan.processes(); i++) {
                victims.hosts.add(victims.host(i, 0));
            }
            victims.startReader();
            return victims;
        } catch (RuntimeException | Error e) {
            victims.close();
            throw e;
        }
    }

    private ManyOrdersProcess host(int i, int from) {
        return ManyOrdersProcess.start(
                database,
                Journals.inTurn(i + database.kind().ordinal()),
                new ManyOrdersProcess.Share(plan.seed() + i, from, plan.orders(), plan.atOnce(), i, plan.processes()));
    }

    private void startReader() {
        reader = FeedReaderProcess.start(database, folder.resolve("told-" + told.size()), plan.atOnce());
    }

    /** Submits all orders; in the end the processes that submit have ended well, and the reader goes on. */
    void submitAndKill() {
        for (int kill = 1; kill <= plan.kills(); kill++) {
            int until = plan.until(kill);
            allow(kill + 1);
            long behind = (long) plan.until(kill - 1) * hosts.size();
            await(
                    "orders are submitted, and the feed is read after them",
                    () -> accepted() >= (long) until * hosts.size()
                            && reader.last() > last
                            && read + reader.count() >= behind);
            killBoth(kill);
            plan.progress()
                    .accept(String.format(
                            "%s: kill %d of %d, %d orders accepted, %d events read",
                            database.kind(), kill, plan.kills(), accepted(), read));
        }
        allow(plan.kills() + 1);
        hosts.forEach(host -> host.end(plan.bound()));
    }

    private void allow(int kill) {
        hosts.forEach(host -> host.allow(plan.until(kill)));
    }

    private long accepted() {
        return hosts.stream().mapToLong(ManyOrdersProcess::accepted).sum();
    }

    /** In turns, one of them first. */
    private void killBoth(int kill) {
        if (kill % 2 == 0) {
            killReader();
        }
        int turn = kill % hosts.size();
        ManyOrdersProcess victim = hosts.get(turn);
        victim.kill9();
        hosts.set(turn, host(turn, victim.accepted()));
        if (kill % 2 != 0) {
            killReader();
        }
        startReader();
    }

    private void killReader() {
        long[] positions = reader.kill9();
        told.add(positions);
        for (long position : positions) {
            read += position > last ? 1 : 0;
            last = Math.max(last, position);
        }
    }

    /** Kills the reader for the last time, and says what each was told, in the order in which they lived. */
    List<long[]> told() {
        killReader();
        return told;
    }

    private void await(String what, BooleanSupplier condition) {
        Eventually.await(what, plan.bound(), condition, this::toString);
    }

    @Override
    public void close() {
        hosts.forEach(ManyOrdersProcess::close);
        if (reader != null) {
            reader.close();
        }
    }

    @Override
    public String toString() {
        return "seed " + plan.seed() + ", before " + last + ", " + reader + "\n" + hosts;
    }
}
