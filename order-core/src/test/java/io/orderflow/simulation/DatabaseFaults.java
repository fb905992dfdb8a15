package io.orderflow.simulation;

import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.simulation.Trace.Met;
import io.orderflow.testing.FaultPlan;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What goes wrong at the database, drawn at each step of each connection: connections break before and after statements
 * and commits, transactions lose against others, the server refuses or is away, whoever runs dies or stumbles, or
 * somebody else runs in between. Who is nobody (the checker) is spared.
 */
final class DatabaseFaults {
    /** Completed, rejected or reserved; other rows are pending, parked or cancelled. */
    private static final Pattern VERDICT = Pattern.compile(" VALUES \\([^,]+,\\d+,[125],");

    private final Stage stage;
    private final RandomGenerator random;
    private final FaultProfile profile;
    private final Trace trace;
    private final Runnable interlude;
    private final Set<String> poison = new HashSet<>();
    private final Set<String> killers = new HashSet<>();
    private boolean away;
    private boolean calm;

    DatabaseFaults(Stage stage, RandomGenerator random, FaultProfile profile, Trace trace, Runnable interlude) {
        this.stage = stage;
        this.random = random;
        this.profile = profile;
        this.trace = trace;
        this.interlude = interlude;
    }

    /** An order whose decision always fails. */
    void poison(UUID id) {
        poison.add(SqlText.id(id));
    }

    /** An order whose decision always kills. */
    void killer(UUID id) {
        killers.add(SqlText.id(id));
    }

    void away(boolean now) {
        away = now;
    }

    boolean isAway() {
        return away;
    }

    /** From now on only what orders do by themselves goes wrong. */
    void calm() {
        calm = true;
        away = false;
    }

    /** Everything may go wrong again. */
    void stir() {
        calm = false;
    }

    boolean isCalm() {
        return calm;
    }

    /** A step of a connection. */
    void reached(FaultPlan.Step step, String sql) throws SQLException {
        if (stage.actor().isEmpty()) {
            return;
        }
        if (away) {
            throw FaultPlan.lost(step);
        }
        if (step == FaultPlan.Step.BEFORE_EXECUTE && isDecision(sql)) {
            decided(sql);
        }
        if (calm) {
            return;
        }
        if (random.nextDouble() < profile.deaths()) {
            died(" at " + step + " " + shortened(sql));
        }
        if (random.nextDouble() < profile.databaseFaults()) {
            fail(step, sql);
        }
        if (step == FaultPlan.Step.AFTER_COMMIT) {
            intervene();
        }
    }

    /** A step of a batch outside the database's reach. */
    void reached(Step step) {
        if (calm || step == Step.LOCKED || step == Step.NUMBERED || step == Step.WRITTEN) {
            return;
        }
        if (random.nextDouble() < profile.deaths()) {
            died(" at " + step);
        }
        intervene();
    }

    private static boolean isDecision(String sql) {
        return sql.startsWith("UPDATE orderflow_orders")
                        && sql.contains("batch_id")
                        && !sql.contains("SET status = " + Codes.CANCELLED)
                || sql.startsWith("INSERT INTO orderflow_orders")
                        && VERDICT.matcher(sql).find();
    }

    private void decided(String sql) throws SQLException {
        if (killers.stream().anyMatch(sql::contains)) {
            died(" of a killer");
        }
        if (poison.stream().anyMatch(sql::contains)) {
            throw new SQLException("injected: value out of range", "22003", 22003);
        }
    }

    private void died(String where) {
        trace.add(stage.actor().orElseThrow() + " dies" + where);
        trace.met(Met.CRASH);
        throw new Death();
    }

    private void intervene() {
        if (!stage.isNested() && random.nextDouble() < profile.interleaving()) {
            trace.met(Met.INTERLEAVED);
            interlude.run();
        }
    }

    private void fail(FaultPlan.Step step, String sql) throws SQLException {
        int kind = random.nextInt(10);
        trace.add("fault " + kind + " for " + stage.actor().orElseThrow() + " at " + step + " " + shortened(sql));
        if (kind == 0 && step != FaultPlan.Step.GET_CONNECTION) {
            trace.met(Met.ERROR);
            throw new Stumble();
        }
        switch (step) {
            case GET_CONNECTION -> {
                trace.met(Met.REFUSAL);
                throw new SQLTransientConnectionException("injected: the pool has none");
            }
            case BEFORE_EXECUTE -> {
                if (kind <= 2) {
                    trace.met(Met.CONTENTION);
                    throw FaultPlan.deadlock();
                }
                if (kind <= 4) {
                    trace.met(Met.CONTENTION);
                    throw FaultPlan.lockWaitTimeout();
                }
                if (kind == 5) {
                    trace.met(Met.REFUSAL);
                    throw FaultPlan.readOnly();
                }
            }
            case BEFORE_COMMIT -> {
                if (kind <= 4) {
                    trace.met(Met.CONTENTION);
                    throw FaultPlan.deadlock();
                }
            }
            case AFTER_COMMIT -> trace.met(Met.COMMIT_ANSWER_LOST);
            default -> {}
        }
        trace.met(Met.CONNECTION_LOST);
        throw FaultPlan.lost(step);
    }

    private static String shortened(String sql) {
        return sql.length() <= 70 ? sql : sql.substring(0, 70);
    }
}
