package io.orderflow.simulation;

import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveSummary;
import io.orderflow.ArchivedOrder;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.archive.JdbcOrderArchive;
import io.orderflow.simulation.Trace.Met;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;

/** Somebody who archives what is old. He fails and dies at his statements, and before and after he has written. */
final class Archivist {
    private final Archivists both;
    private final Simulation run;
    private final ArchiveConfig config;
    private final Actor actor;
    private final JdbcOrderArchive archive;
    private boolean busy;

    Archivist(Archivists both, Simulation run, ArchiveConfig config, String name) {
        this.both = both;
        this.run = run;
        this.config = config;
        this.actor = new Actor("archivist " + name);
        HostSide host = run.hostSide();
        this.archive = new JdbcOrderArchive(host.tables(), host.store(), host.transactions(), host.reader());
    }

    boolean isBusy() {
        return busy;
    }

    /** One run. */
    void act() throws SQLException, InterruptedException {
        busy = true;
        boolean fed = run.database().count(run.database().tables().feed(), "1 = 1") > 0;
        try {
            run.stage().play(actor, () -> archive(fed));
        } finally {
            busy = false;
        }
        both.look();
    }

    private void archive(boolean fed) {
        boolean calm = run.isCalm();
        int least = 1 + run.random().nextInt(30);
        try {
            ArchiveSummary summary = archive.run(
                    run.mutant().archive(config),
                    run.mutant().sink(orders -> write(orders, fed)),
                    soFar -> calm || soFar.archived() + soFar.keysForgotten() < least);
            run.trace().add(actor + ": " + summary);
            summary.waitsFor().ifPresent(feed -> run.trace().met(Met.FEED_WAITED_FOR));
            if (calm && !summary.complete()) {
                throw new AssertionError("I16: nothing was in its way: " + summary);
            }
        } catch (StoreUnavailableException | UncheckedIOException e) {
            run.trace().add(actor + " failed: " + e.getMessage());
            if (calm) {
                throw new AssertionError("I16: nothing was in its way", e);
            }
        } catch (Death | Stumble e) {
            run.trace().add(actor + ": " + e.getMessage());
            run.bury(actor);
        }
    }

    private void write(List<ArchivedOrder> orders, boolean fed) throws IOException {
        int kind = run.isCalm() ? -1 : run.random().nextInt(12);
        fail(kind);
        run.trace()
                .add(actor + " writes "
                        + orders.stream().map(order -> order.order().id()).toList());
        try {
            run.book().archive().written(orders, config, run.database().decided(), fed);
            fail(kind - 2);
            if (kind > 4) {
                both.meanwhile(orders);
            }
        } catch (SQLException e) {
            throw new AssertionError("who looks from outside has no faults", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("nobody interrupts a simulation", e);
        }
    }

    private void fail(int kind) throws IOException {
        if (kind == 0) {
            throw new IOException("injected: the disk is full");
        }
        if (kind == 1) {
            throw new Death();
        }
    }
}
