package io.orderflow.simulation;

import io.orderflow.OrderRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * After the last fault: everybody goes on until nothing is left to do, within a bound (I12). What nobody knows is
 * submitted again (I9).
 */
final class Settlement {
    private static final int ROUNDS = 400;
    private static final Duration STEP = Duration.ofMillis(60);

    private final Simulation run;
    private final List<Node> nodes;
    private final boolean again;

    Settlement(Simulation run, List<Node> nodes) {
        this.run = run;
        this.nodes = nodes;
        this.again = run.random().nextInt(4) > 0;
    }

    void run() throws SQLException, InterruptedException {
        run.calm();
        int idle = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = run.progress();
            for (Node node : nodes) {
                node.live();
            }
            run.book().collect();
            if (isDrained() && !submitAgain()) {
                return;
            }
            idle = before == run.progress() ? idle + 1 : 0;
            run.advance(idle < 3 ? STEP : idle < 12 ? Duration.ofMillis(600) : Duration.ofSeconds(11));
        }
        throw new AssertionError("not drained after " + ROUNDS + " rounds (I12): " + state());
    }

    private boolean isDrained() throws SQLException {
        return run.book().outstanding() == 0
                && run.queue().depth().orElse(-1) == 0
                && run.database().count(run.database().tables().orders(), "status IN (0, 4)") == 0
                && run.database().overdueHolds() == 0
                && run.database().count(run.database().tables().attempt(), "1 = 1") == 0
                && run.database().count(run.database().tables().pending(), "kind = 2") == 0;
    }

    private boolean submitAgain() {
        if (!again) {
            return false;
        }
        List<OrderRequest> unknown = run.book().unknown().stream()
                .map(SimulationBook.Content::request)
                .toList();
        for (OrderRequest request : unknown) {
            run.trace().add("submit again " + request);
            nodes.get(0).submit(request);
        }
        return !unknown.isEmpty();
    }

    private String state() throws SQLException {
        return run.book().outstanding() + " without an answer, queue "
                + run.queue().depth() + ", undecided "
                + run.database()
                        .read(
                                "SELECT RAWTOHEX(id), status, created_at FROM "
                                        + run.database().tables().orders() + " WHERE status IN (0, 4)",
                                row -> row.getString(1) + " " + row.getInt(2) + " " + row.getString(3))
                + ", claims "
                + run.database()
                        .read(
                                "SELECT RAWTOHEX(order_id), attempts, claimed_at FROM "
                                        + run.database().tables().attempt(),
                                row -> row.getString(1) + " " + row.getInt(2) + " " + row.getString(3))
                + ", overdue holds " + run.database().overdueHolds()
                + ", unknown " + run.book().unknown().size();
    }
}
