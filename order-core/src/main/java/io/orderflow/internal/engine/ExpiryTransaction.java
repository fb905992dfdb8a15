package io.orderflow.internal.engine;

import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.util.List;

/** Gives back what reserved orders took that nobody confirmed in time. Used once, by one thread. */
public abstract class ExpiryTransaction extends ChangeTransaction<HoldEnd, ExpiryTransaction.Fate> {
    /**
     * Prepares the transaction.
     *
     * @param expiries 1 to 500 of distinct orders
     */
    ExpiryTransaction(Tables tables, Session session, List<HoldEnd> expiries) {
        super(tables, session, expiries);
    }

    /** What became of one. */
    public enum Fate {
        /** It is expired now. */
        EXPIRED,
        /** It is not reserved any more, or somebody holds what it needs. */
        LEFT,
        /** Its wallet or a product would have too much. */
        TOO_MUCH
    }

    @Override
    final boolean isAnswered() {
        return false;
    }

    @Override
    final Fate notFound(HoldEnd change) {
        return Fate.LEFT;
    }

    @Override
    final Fate repeated(HoldEnd change, Recorded before, long batch) {
        return Fate.LEFT;
    }

    @Override
    final void writeEffects(long batch, List<Applied<HoldEnd>> applied) {}
}
