package io.orderflow.internal.admin;

import io.orderflow.DeadLetterReason;
import io.orderflow.Limits;
import io.orderflow.internal.codec.Codes;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.engine.DeadLetters;
import io.orderflow.internal.engine.Remains;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Each dead letter by itself: its hash against its body where that is whole, and its reason against its order. */
final class DeadLetterAudit extends AuditPart {
    /** Bodies have up to 256 KiB. */
    private static final int PAGE = 32;

    DeadLetterAudit(Connection connection, Tables tables, Consumer<String> differs) {
        super(connection, tables, differs);
    }

    /** The order's values are those of its row, if there is one. */
    private record Row(
            byte[] hash,
            int reason,
            Optional<UUID> order,
            int length,
            byte[] body,
            Optional<UUID> orderRow,
            long buyer,
            int status,
            byte[] request) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getBytes(1),
                    row.getInt(2),
                    id(row.getBytes(3)),
                    row.getInt(4),
                    row.getBytes(5),
                    id(row.getBytes(6)),
                    row.getLong(7),
                    row.getInt(8),
                    row.getBytes(9));
        }

        private static Optional<UUID> id(byte[] bytes) {
            return Optional.ofNullable(bytes).map(id -> OrderIds.fromBytes(id, 0));
        }
    }

    void run() throws SQLException {
        String after = "";
        List<Row> page;
        do {
            page = rows(
                    "SELECT d.hash, d.reason, d.order_id, d.length, d.body, o.id, o.buyer, o.status, o.request FROM "
                            + tables.deadLetter() + " d LEFT JOIN " + tables.orders() + " o ON o.id = d.order_id"
                            + after + " ORDER BY d.hash LIMIT " + PAGE,
                    Row::of);
            page.forEach(row -> differs("dead letter " + HexFormat.of().formatHex(row.hash()), faults(row)));
            after = page.isEmpty()
                    ? ""
                    : " WHERE d.hash > " + hex(page.get(page.size() - 1).hash());
        } while (page.size() == PAGE);
    }

    private static String hex(byte[] hash) {
        StringBuilder text = new StringBuilder();
        SqlText.hex(text, hash);
        return text.toString();
    }

    private static List<String> faults(Row row) {
        List<String> faults = new ArrayList<>();
        boolean whole = row.length() == row.body().length;
        if (!whole && (row.length() < row.body().length || !mayBeCut(row))) {
            faults.add("has a length of " + row.length() + " and a body of " + row.body().length + " bytes");
        } else if (whole && !Arrays.equals(Remains.of(row.body()).hash(), row.hash())) {
            faults.add("has a hash that is not that of its body");
        }
        Optional<DeadLetterReason> reason = Codes.deadLetterReason(row.reason());
        reason.ifPresentOrElse(
                known -> order(row, known, faults),
                () -> faults.add("has the reason code " + row.reason() + ", which stands for nothing"));
        return faults;
    }

    private static boolean mayBeCut(Row row) {
        return row.length() > Limits.FRAME_BYTES || row.reason() == Codes.of(DeadLetterReason.UNAUTHENTICATED);
    }

    private static void order(Row row, DeadLetterReason reason, List<String> faults) {
        boolean ofOrder = switch (reason) {
            case POISON, CRASHED_WORKER, CONFLICT -> true;
            case UNDECODABLE, UNAUTHENTICATED, FOREIGN_SHOP -> false;
        };
        if (ofOrder != row.orderRow().isPresent()) {
            faults.add("has the reason " + reason + " and "
                    + row.order().map(id -> "the order " + id).orElse("no order")
                    + (row.order().isPresent() && row.orderRow().isEmpty() ? ", which does not exist" : ""));
        } else if (ofOrder) {
            content(row, reason, faults);
        }
    }

    /** A conflict is other content than the row's; what was set aside of the row's own content is parked. */
    private static void content(Row row, DeadLetterReason reason, List<String> faults) {
        UUID id = row.orderRow().orElseThrow();
        boolean own = Arrays.equals(row.body(), DeadLetters.content(id, row.buyer(), row.request()));
        boolean parked = reason != DeadLetterReason.CONFLICT;
        if (own && (!parked || row.status() != Codes.PARKED)) {
            faults.add("has the reason " + reason + " and the content of order " + id + ", which has the status code "
                    + row.status());
        }
    }
}
