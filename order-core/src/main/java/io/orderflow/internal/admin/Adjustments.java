package io.orderflow.internal.admin;

import io.orderflow.AdjustmentResult;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.codec.Sha256;
import io.orderflow.internal.engine.Adjustment;
import io.orderflow.internal.engine.AdjustmentTransaction;
import io.orderflow.internal.sql.Tables;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Applies adjustments, as {@link Transactions} says. Thread-safe. */
public final class Adjustments {
    private final Tables tables;
    private final Transactions transactions;

    /** Applies to the tables. */
    public Adjustments(Tables tables, Transactions transactions) {
        this.tables = tables;
        this.transactions = transactions;
    }

    /** The id under which an adjustment is recorded: the first half of the SHA-256 of its reference. */
    static UUID idOf(String reference) {
        return OrderIds.fromBytes(Sha256.hash(reference.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /**
     * Applies adjustments in the order given.
     *
     * @throws StoreUnavailableException if the database cannot be reached or does not answer, the time is over, or the
     *     calling thread was interrupted
     */
    List<AdjustmentResult> apply(List<Adjustment> all) {
        return transactions.run(
                "adjustments", all, (session, piece) -> new AdjustmentTransaction(tables, session, piece).run());
    }
}
