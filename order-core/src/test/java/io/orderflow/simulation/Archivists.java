package io.orderflow.simulation;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchivedOrder;
import io.orderflow.OrderRequest;
import io.orderflow.simulation.Trace.Met;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** All that happens to old orders in a run: days pass, two archivists take them, and a feed is read before. */
final class Archivists {
    /** Longer than it takes to be old, whatever the clocks did. */
    private static final Duration A_DAY = Duration.ofHours(27);

    /** A key that is kept for a day is forgotten on the second one. */
    private static final int LATE_DAYS = 2;

    private static final int LATE_ACTS = 4;
    private static final int FAULTY_RUNS = 2;

    private final Simulation run;
    private final Requests requests;
    private final SimulatedChanges changes;
    private final Consumer<OrderRequest> submit;
    private final RandomGenerator random;
    private final Optional<ArchiveConfig> config;
    private final List<Archivist> archivists;
    private final Optional<FeedReader> feed;

    /**
     * Nothing is old yet.
     *
     * @param submit submits a request to somebody
     */
    Archivists(Simulation run, Requests requests, SimulatedChanges changes, Consumer<OrderRequest> submit) {
        this.run = run;
        this.requests = requests;
        this.changes = changes;
        this.submit = submit;
        this.random = run.random();
        this.config = run.profile().archive();
        this.archivists = config.stream()
                .flatMap(
                        how -> List.of(new Archivist(this, run, how, "1"), new Archivist(this, run, how, "2")).stream())
                .toList();
        this.feed = run.profile().fed() ? Optional.of(new FeedReader(run)) : Optional.empty();
    }

    /** Whether it is their turn now, and what they did if so. */
    boolean act() throws SQLException, InterruptedException {
        if (archivists.isEmpty() || random.nextInt(12) > 0) {
            return false;
        }
        int kind = random.nextInt(4);
        if (kind == 0) {
            run.advance(A_DAY);
        } else if (kind == 1 && feed.isPresent()) {
            feed.get().act();
        } else {
            archivists.get(0).act();
        }
        return true;
    }

    /** All is decided: what is old goes, with faults and then without, and some of it is asked for again. */
    void late() throws SQLException, InterruptedException {
        for (int day = 0; day < LATE_DAYS && !archivists.isEmpty(); day++) {
            run.advance(A_DAY);
            if (feed.isPresent() && random.nextBoolean()) {
                feed.get().readAll();
            }
            run.stir();
            for (int i = 0; i < FAULTY_RUNS; i++) {
                archivists.get(0).act();
            }
            run.calm();
            archivists.get(0).act();
            for (int i = 0; i < LATE_ACTS; i++) {
                submit.accept(requests.again());
                changes.act();
            }
        }
    }

    /** Somebody else does something while one of them has written orders and not yet deleted them. */
    void meanwhile(List<ArchivedOrder> written) throws SQLException, InterruptedException {
        if (run.stage().isNested()) {
            return;
        }
        run.trace().met(Met.INTERLEAVED);
        switch (random.nextInt(5)) {
            case 0, 1 ->
                changes.giveBack(
                        written.get(random.nextInt(written.size())).order().id());
            case 2 -> submit.accept(requests.again());
            default -> archivists.get(1).act();
        }
    }

    /** Before anybody else does anything in the middle of a step, somebody looks what they did. */
    void interlude() throws SQLException {
        if (archivists.stream().anyMatch(Archivist::isBusy)) {
            look();
        }
    }

    void look() throws SQLException {
        if (config.isPresent()) {
            run.book()
                    .archive()
                    .looked(
                            run.database().decided(),
                            config.get(),
                            run.database().age());
        }
    }

    /** The feed tells all that is left, and has told everything then. */
    void checkFeed(RecordedOrders records) throws SQLException, InterruptedException {
        if (feed.isPresent()) {
            feed.get().readAll();
            feed.get()
                    .check(records.decisions(), RecordedOrders.unread(run.book().archive()));
        }
    }
}
