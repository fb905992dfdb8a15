package io.orderflow.internal.admin;

import io.orderflow.Limits;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.Adjustment.Kind;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Each adjustment by itself: its id against its reference, and its numbers against its kind. */
final class AdjustmentAudit extends AuditPart {
    private static final int PAGE = 1_000;

    AdjustmentAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    private record Row(UUID id, int kind, long subject, long amount, long unitPrice, String reference) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    OrderIds.fromBytes(row.getBytes(1), 0),
                    row.getInt(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getString(6));
        }
    }

    void run() throws SQLException {
        String after = "";
        List<Row> page;
        do {
            page = rows(
                    "SELECT id, kind, subject, amount, unit_price, reference FROM " + tables.adjustment() + after
                            + " ORDER BY id LIMIT " + PAGE,
                    Row::of);
            page.forEach(row -> differs("adjustment " + row.id(), faults(row)));
            after = page.isEmpty()
                    ? ""
                    : " WHERE id > " + SqlText.id(page.get(page.size() - 1).id());
        } while (page.size() == PAGE);
    }

    private static List<String> faults(Row row) {
        List<String> faults = new ArrayList<>();
        if (!Adjustments.idOf(row.reference()).equals(row.id())) {
            faults.add("has a reference that does not give its id");
        }
        if (row.subject() < 0 || !mayBe(row)) {
            faults.add("has kind " + row.kind() + ", subject " + row.subject() + ", amount " + row.amount()
                    + " and price " + row.unitPrice() + ", which none has");
        }
        return faults;
    }

    private static boolean mayBe(Row row) {
        for (Kind kind : Kind.values()) {
            if (kind.code() == row.kind()) {
                boolean priced = kind == Kind.DEFINE || kind == Kind.SET_PRICE;
                return isBetween(row.amount(), least(kind), most(kind))
                        && isBetween(row.unitPrice(), 0, priced ? Limits.AMOUNT : 0);
            }
        }
        return false;
    }

    private static long least(Kind kind) {
        return switch (kind) {
            case DEFINE, OPEN, SET_PRICE, REMOVE_MAX_PER_BUYER -> 0;
            case RESTOCK, DEPOSIT, SET_MAX_PER_BUYER -> 1;
            case CORRECT, WITHDRAW -> -Limits.BALANCE;
        };
    }

    private static long most(Kind kind) {
        return switch (kind) {
            case SET_PRICE, REMOVE_MAX_PER_BUYER -> 0;
            case WITHDRAW -> -1;
            default -> Limits.BALANCE;
        };
    }

    private static boolean isBetween(long value, long least, long most) {
        return value >= least && value <= most;
    }
}
