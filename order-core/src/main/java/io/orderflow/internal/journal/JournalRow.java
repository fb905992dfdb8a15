package io.orderflow.internal.journal;

import io.orderflow.internal.codec.Fingerprint;
import io.orderflow.internal.codec.OrderIds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * What an order's row holds but for its times.
 *
 * @param id the order
 * @param buyer the buyer
 * @param status the status code
 * @param reason the reason code, 0 if it is not rejected
 * @param fingerprint the content's fingerprint
 * @param request the encoded request
 * @param batch the batch that decided it, 0 if none did
 * @param place its place in that batch
 */
public record JournalRow(
        UUID id, long buyer, int status, int reason, Fingerprint fingerprint, byte[] request, long batch, int place) {
    /** What to select for {@link #of}, from the orders' table as {@code o}; first of all columns. */
    public static final String COLUMNS =
            "o.id, o.buyer, o.status, o.reason, o.fingerprint, o.request, o.batch_id, o.place";

    /** How many columns these are. */
    static final int WIDTH = 8;

    /** Reads the row at which the result stands. */
    public static JournalRow of(ResultSet row) throws SQLException {
        return new JournalRow(
                OrderIds.fromBytes(row.getBytes(1), 0),
                row.getLong(2),
                row.getInt(3),
                row.getInt(4),
                Fingerprint.fromBytes(row.getBytes(5), 0),
                row.getBytes(6),
                row.getLong(7),
                row.getInt(8));
    }
}
