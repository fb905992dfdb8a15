package io.orderflow.internal.doctor;

import io.orderflow.internal.cluster.WriterProbe;
import io.orderflow.internal.schema.ServerCheck;
import io.orderflow.internal.schema.ServerRefusal;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the library refuses at the first contact, all of it. */
final class RefusalLook {
    private static final Set<ServerRefusal> NO_TABLES =
            Set.of(ServerRefusal.TABLES_MISSING, ServerRefusal.TABLES_OF_OTHER_RELEASE);

    private final Tables tables;

    RefusalLook(Tables tables) {
        this.tables = tables;
    }

    /** Looks; whether there are tables to read. */
    boolean at(Session session, FindingList findings) throws SQLException {
        Optional<String> whyNot = WriterProbe.whyNot(session.connection());
        whyNot.ifPresent(why -> findings.add(ServerFinding.SERVER_NOT_WRITABLE, why));
        Map<ServerRefusal, String> refused =
                ServerCheck.refused(session.connection(), session.dialect(), tables, whyNot.isEmpty());
        refused.forEach((what, why) -> findings.add(RefusedFinding.valueOf(what.name()), why));
        return refused.keySet().stream().noneMatch(NO_TABLES::contains);
    }
}
