package io.orderflow.internal.admin;

import io.orderflow.OrderChanges;
import io.orderflow.RefundLine;
import io.orderflow.RefundRequest;
import io.orderflow.RefundResult;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.codec.Sha256;
import io.orderflow.internal.engine.Refund;
import io.orderflow.internal.engine.RefundTransaction;
import io.orderflow.internal.sql.Tables;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Changes of orders in the database. Thread-safe. */
public final class JdbcOrderChanges implements OrderChanges {
    private final Tables tables;
    private final Transactions transactions;

    /** Changes orders of the tables. */
    public JdbcOrderChanges(Tables tables, Transactions transactions) {
        this.tables = tables;
        this.transactions = transactions;
    }

    /** The id under which a change is recorded: the first half of the SHA-256 of the order's id and the reference. */
    static UUID idOf(UUID order, String reference) {
        byte[] name = reference.getBytes(StandardCharsets.UTF_8);
        byte[] both = new byte[OrderIds.BYTES + name.length];
        System.arraycopy(OrderIds.toBytes(order), 0, both, 0, OrderIds.BYTES);
        System.arraycopy(name, 0, both, OrderIds.BYTES, name.length);
        return OrderIds.fromBytes(Sha256.hash(both), 0);
    }

    @Override
    public RefundResult refund(RefundRequest request) {
        return refundAll(List.of(request)).get(0);
    }

    @Override
    public List<RefundResult> refundAll(List<RefundRequest> requests) {
        return transactions.run(
                "refunds",
                requests.stream().map(JdbcOrderChanges::refundOf).toList(),
                (session, piece) -> new RefundTransaction(tables, session, piece).run());
    }

    private static Refund refundOf(RefundRequest asked) {
        return new Refund(
                idOf(asked.orderId(), asked.reference()),
                asked.orderId(),
                asked.reference(),
                asked.lines().stream().collect(Collectors.toMap(RefundLine::line, RefundLine::quantity)),
                asked.restock());
    }
}
