package io.orderflow.simulation;

import io.orderflow.CancelRequest;
import io.orderflow.CancelResult;
import io.orderflow.ConfirmRequest;
import io.orderflow.ConfirmResult;
import io.orderflow.DeadLetterResult;
import io.orderflow.OrderRequest;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.ReleaseRequest;
import io.orderflow.ReleaseResult;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.admin.JdbcDeadLetterOffice;
import io.orderflow.internal.admin.JdbcOrderChanges;
import io.orderflow.internal.admin.OrderReads;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.simulation.SimulationBook.Content;
import io.orderflow.simulation.Trace.Met;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Somebody in the host who cancels and refunds orders, ends holds, and brings parked orders back. He remembers no
 * order.
 */
final class SimulatedChanges {
    /** Few, so that they come again, and for another change of the same order. */
    private static final int REFERENCES = 3;

    private final Simulation run;
    private final Requests requests;
    private final RandomGenerator random;
    private final Actor actor = new Actor("changes");
    private final JdbcOrderChanges changes;
    private final JdbcDeadLetterOffice office;

    SimulatedChanges(Simulation run, Requests requests) {
        this.run = run;
        this.requests = requests;
        this.random = run.random();
        Tables tables = run.database().tables();
        HostSide host = run.hostSide();
        CarriedOrders carried = new CarriedOrders(tables, new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime));
        this.changes = new JdbcOrderChanges(tables, host.transactions(), carried, ids -> {}, () -> {}, Telemetry.NONE);
        OrderReads reads = new OrderReads(host.store(), host.reader(), carried);
        this.office = new JdbcDeadLetterOffice(tables, host.store(), reads, host.transactions(), () -> {});
    }

    /** One act. */
    @FunctionalInterface
    private interface Act {
        void run();
    }

    /** Does one thing; when it fails nobody knows whether it was done. */
    void act() throws SQLException, InterruptedException {
        int kind = random.nextInt(12);
        Optional<String> letter = letter();
        if ((kind == 0 || kind == 7) && letter.isPresent()) {
            play("redrive " + letter.get(), () -> redrive(letter.get()), () -> {});
        } else if (kind == 1) {
            cancel(run.book().content(requests.fresh()));
        } else if (!run.book().orders().isEmpty()) {
            if (kind < 4) {
                cancel(run.book().any(random));
            } else if (kind > 7) {
                // at times one that is told that it comes too late
                end(target(random.nextInt(4) == 0 ? Codes.EXPIRED : Codes.RESERVED), kind < 10);
            } else {
                giveBack(target(Codes.COMPLETED));
            }
        }
    }

    /** Refunds some of an order, or all that is left of it. */
    void giveBack(UUID order) throws InterruptedException {
        RefundRequest refund = refundOf(order);
        play(refund.toString(), () -> refund(refund), () -> {});
    }

    /** Mostly an order in that status. */
    private UUID target(int status) throws SQLException {
        List<UUID> found = run.database()
                .read(
                        "SELECT id FROM " + run.database().tables().orders() + " WHERE status = " + status
                                + " ORDER BY id",
                        row -> OrderIds.fromBytes(row.getBytes(1), 0));
        return found.isEmpty() || random.nextInt(4) == 0
                ? run.book().any(random).request().id()
                : found.get(random.nextInt(Math.min(3, found.size())));
    }

    private void play(String what, Act act, Act failed) throws InterruptedException {
        run.trace().add(what);
        run.stage().play(actor, () -> {
            try {
                act.run();
            } catch (StoreUnavailableException e) {
                run.trace().add("not known: " + e.getMessage());
                failed.run();
            } catch (Death | Stumble e) {
                run.trace().add("not known: " + e.getMessage());
                failed.run();
                run.bury(actor);
            }
        });
    }

    private String reference() {
        return "change-" + random.nextInt(REFERENCES);
    }

    /** By the id alone, or by the request: then the order need not be there. */
    private void cancel(Content content) throws InterruptedException {
        OrderRequest request = content.request();
        boolean byRequest = random.nextBoolean();
        String reference = reference();
        CancelRequest asked =
                byRequest ? CancelRequest.of(request, reference) : new CancelRequest(request.id(), reference);
        play(
                "cancel " + asked,
                () -> {
                    CancelResult result = changes.cancelAll(List.of(asked)).get(0);
                    run.trace().add(result.toString());
                    run.book().changes().cancelled(content, byRequest, result);
                },
                () -> run.book().perhapsCancelled(content, byRequest));
    }

    /** By itself, or in a transaction of the host's that ends in one way or the other. */
    private void end(UUID order, boolean confirm) throws InterruptedException {
        String reference = reference();
        boolean within = random.nextInt(3) == 0;
        boolean commits = random.nextInt(4) > 0;
        String how = within ? " in a transaction, commit " + commits : "";
        play(
                (confirm ? "confirm " : "release ") + order + " " + reference + how,
                () -> {
                    if (within) {
                        endWithin(order, reference, confirm, commits);
                    } else if (confirm) {
                        told(changes.confirm(order, reference));
                    } else {
                        told(changes.release(order, reference));
                    }
                },
                () -> {});
    }

    private void endWithin(UUID order, String reference, boolean confirm, boolean commits) {
        try (Connection host = run.dataSource().getConnection()) {
            host.setAutoCommit(false);
            host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            if (confirm) {
                ConfirmResult result = changes.confirm(host, new ConfirmRequest(order, reference));
                end(host, commits, () -> told(result));
            } else {
                ReleaseResult result = changes.release(host, new ReleaseRequest(order, reference));
                end(host, commits, () -> told(result));
            }
        } catch (SQLException e) {
            run.trace().add("not known: " + e.getMessage());
        }
    }

    private static void end(Connection host, boolean commits, Runnable told) throws SQLException {
        if (commits) {
            host.commit();
            told.run();
        } else {
            host.rollback();
        }
    }

    private void told(ConfirmResult result) {
        run.trace().add(result.toString());
        run.book().changes().confirmed(result);
    }

    private void told(ReleaseResult result) {
        run.trace().add(result.toString());
        run.book().changes().released(result);
    }

    private RefundRequest refundOf(UUID order) {
        RefundRequest rest = RefundRequest.rest(order, reference());
        RefundRequest some = RefundRequest.of(
                rest.orderId(), rest.reference(), new RefundLine(random.nextInt(2), 1 + random.nextInt(2)));
        RefundRequest refund = random.nextInt(3) == 0 ? rest : some;
        return random.nextBoolean() ? refund : refund.withoutRestock();
    }

    private void refund(RefundRequest asked) {
        RefundResult result = changes.refund(asked);
        run.trace().add(result.toString());
        run.book().changes().refunded(asked, result);
    }

    private Optional<String> letter() throws SQLException {
        List<String> letters = run.database()
                .read(
                        "SELECT hash FROM " + run.database().tables().deadLetter() + " ORDER BY hash",
                        row -> HexFormat.of().formatHex(row.getBytes(1)));
        return letters.isEmpty() ? Optional.empty() : Optional.of(letters.get(random.nextInt(letters.size())));
    }

    private void redrive(String letter) {
        DeadLetterResult result = office.redrive(letter, "simulation");
        run.trace().add(result.toString());
        if (result instanceof DeadLetterResult.Done) {
            run.trace().met(Met.REDRIVEN);
        }
    }
}
