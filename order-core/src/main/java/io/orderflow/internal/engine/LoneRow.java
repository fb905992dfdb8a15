package io.orderflow.internal.engine;

import io.orderflow.internal.codec.BatchKind;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/**
 * The row of an order that is alone in its batch. To read it would be one statement of six, and the decision needs
 * nothing of it but the time. So the statement that draws the number locks it, if it is undecided and has the order's
 * content. That comes after the locks on wallets and stock, against the one order of locks. So it waits for nobody: a
 * row that somebody holds is no row here, and the batch runs again with the read. It finds none while deciding is
 * paused, either.
 */
final class LoneRow {
    private LoneRow() {}

    /** Draws the number of the order's batch and locks its row; nothing if there is no such row to be had at once. */
    static OptionalLong drawNumber(Tables tables, Session session, Verdict verdict) throws SQLException {
        OrderEntry order = verdict.entry();
        StringBuilder source = new StringBuilder(300);
        source.append("SELECT ")
                .append(session.dialect().utcNow())
                .append(", 1, created_at, ")
                .append(BatchKind.DECIDED.code());
        source.append(", ").append(Verdict.members(List.of(verdict)));
        source.append(", ").append(session.dialect().serverNumber()).append(" FROM ");
        source.append(tables.orders()).append(SqlText.BY_PRIMARY_KEY).append(" WHERE id = ");
        SqlText.id(source, order.id());
        source.append(" AND fingerprint = x'");
        order.fingerprint().appendHex(source);
        source.append("' AND status IN (").append(Codes.PENDING).append(',').append(Codes.PLACED);
        source.append(") AND EXISTS (SELECT 1").append(PauseRow.whileNotPaused(tables, session.dialect()));
        source.append(") FOR UPDATE SKIP LOCKED");
        return BatchNumber.drawFrom(tables, session, source.toString());
    }
}
