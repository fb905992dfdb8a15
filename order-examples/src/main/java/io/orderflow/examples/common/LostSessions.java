package io.orderflow.examples.common;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * Has the pool drop sessions of H2 that are lost. H2 has codes of its own for that, which the pool does not know: it
 * would keep such a connection as long as somebody uses it twice a second. Made by the pool.
 */
public final class LostSessions implements SQLExceptionOverride {
    private static final Set<Integer> CODES = Set.of(90_067, 90_098, 90_121);

    /** For the pool. */
    public LostSessions() {}

    @java.lang.Override
    public Override adjudicate(SQLException thrown) {
        return CODES.contains(thrown.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
