package io.orderflow.internal.schema;

import io.orderflow.internal.sql.Tables;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a user may be allowed to do with a table, beside reading it. */
enum Right {
    INSERT {
        @Override
        String onNoRow(TableShape table) {
            String columns =
                    table.columns().stream().map(TableShape.Column::name).collect(Collectors.joining(", "));
            return "INSERT INTO " + table.name() + " (" + columns + ") SELECT " + columns + " FROM " + table.name()
                    + NO_ROW;
        }
    },
    UPDATE {
        @Override
        String onNoRow(TableShape table) {
            String key = table.primaryKey().get(0);
            return "UPDATE " + table.name() + " SET " + key + " = " + key + NO_ROW;
        }
    },
    /** With SELECT enough to lock a row, as UPDATE is. */
    DELETE {
        @Override
        String onNoRow(TableShape table) {
            return "DELETE FROM " + table.name() + NO_ROW;
        }
    };

    private static final String NO_ROW = " WHERE 1 = 0";

    /** A statement that needs this right, and SELECT, and does nothing. */
    abstract String onNoRow(TableShape table);

    /**
     * What submitting, deciding, adjusting, changing orders, seeing to dead letters and reading feeds need, for each
     * table by its name.
     */
    static Map<String, Set<Right>> toWrite(Tables tables) {
        return Map.ofEntries(
                Map.entry(tables.orders(), EnumSet.of(INSERT, UPDATE)),
                Map.entry(tables.pending(), EnumSet.of(INSERT, DELETE)),
                Map.entry(tables.orderLine(), EnumSet.of(INSERT)),
                Map.entry(tables.wallet(), EnumSet.of(INSERT, UPDATE)),
                Map.entry(tables.stock(), EnumSet.of(INSERT, UPDATE)),
                Map.entry(tables.purchase(), EnumSet.of(INSERT, UPDATE)),
                Map.entry(tables.adjustment(), EnumSet.of(INSERT)),
                Map.entry(tables.orderChange(), EnumSet.of(INSERT)),
                Map.entry(tables.refundLine(), EnumSet.of(INSERT)),
                Map.entry(tables.hold(), EnumSet.of(INSERT, UPDATE, DELETE)),
                Map.entry(tables.batch(), EnumSet.of(INSERT)),
                Map.entry(tables.feed(), EnumSet.of(INSERT, UPDATE, DELETE)),
                Map.entry(tables.opening(), EnumSet.noneOf(Right.class)),
                Map.entry(tables.attempt(), EnumSet.of(INSERT, UPDATE, DELETE)),
                Map.entry(tables.deadLetter(), EnumSet.of(INSERT, DELETE)),
                Map.entry(tables.schemaVersion(), EnumSet.of(UPDATE)));
    }

    /** What archiving needs beside that. */
    static Map<String, Set<Right>> toArchive(Tables tables) {
        return Map.of(
                tables.orders(), EnumSet.of(DELETE),
                tables.orderLine(), EnumSet.of(DELETE),
                tables.orderChange(), EnumSet.of(DELETE),
                tables.refundLine(), EnumSet.of(DELETE),
                tables.batch(), EnumSet.of(UPDATE, DELETE),
                tables.opening(), EnumSet.of(INSERT, UPDATE));
    }
}
