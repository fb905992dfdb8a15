package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import io.orderflow.testing.FaultPlan.Step;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A data source whose connections fail by plan: when they are asked for, before and after each statement, before and
 * after each commit. Everything else is the inner data source's. Threadsafe as far as the inner one and the plan are.
 */
public final class FaultyDataSource implements DataSource {

    private final DataSource inner;
    private final AtomicInteger open = new AtomicInteger();
    private volatile FaultPlan plan;

    /** A data source that asks the plan at each step and otherwise does as the inner one. */
    public FaultyDataSource(DataSource inner, FaultPlan plan) {
        this.inner = requireNonNull(inner, "inner");
        this.plan = requireNonNull(plan, "plan");
    }

    /** Another plan from now on, for connections that are open too. */
    public void setPlan(FaultPlan next) {
        plan = requireNonNull(next, "next");
    }

    /** The connections that were handed out and not closed by the caller, lost ones included. */
    public int openConnections() {
        return open.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        plan.reached(Step.GET_CONNECTION, "");
        return decorate(inner.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        plan.reached(Step.GET_CONNECTION, "");
        return decorate(inner.getConnection(user, password));
    }

    private Connection decorate(Connection connection) {
        open.incrementAndGet();
        return new FaultyConnection(connection, (step, sql) -> plan.reached(step, sql), open::decrementAndGet).proxy();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : inner.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || inner.isWrapperFor(type);
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return inner.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        inner.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        inner.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return inner.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return inner.getParentLogger();
    }
}
