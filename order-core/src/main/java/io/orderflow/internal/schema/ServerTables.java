package io.orderflow.internal.schema;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The tables of the current schema as the server has them. All names are in lower case. */
interface ServerTables {
    /**
     * A column.
     *
     * @param type what MySQL calls its type, in lower case
     * @param size characters or bytes of a text, digits of a second of a time, 0 for numbers
     * @param nullable whether it may be NULL
     * @param filled whether it gets a value by itself when an INSERT does not name it
     * @param charset of a text; what a database with one character set has counts as utf8mb4
     */
    record Found(String type, long size, boolean nullable, boolean filled, String charset) {}

    /** The columns of each table by name; a table that is missing, or hidden from this user, is not in it. */
    Map<String, Map<String, Found>> columns() throws SQLException;

    /**
     * The columns of each table's indexes; the primary key's name is primary, that of another unique one begins with
     * unique.
     */
    Map<String, Map<String, List<String>>> indexes() throws SQLException;

    /** The tables that have no transactions, each with its engine. */
    Map<String, String> withoutTransactions() throws SQLException;
}
