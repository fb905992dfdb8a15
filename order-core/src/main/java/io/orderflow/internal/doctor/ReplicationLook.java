package io.orderflow.internal.doctor;

import io.orderflow.DatabaseReplication;
import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.internal.cluster.ReplicationProbe;
import io.orderflow.internal.sql.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/** Whether what was committed survives the loss of the server that is written to, where there are others. */
final class ReplicationLook {
    private static final Duration SHORTEST_WAIT = Duration.ofMinutes(1);

    private ReplicationLook() {}

    static void at(Session session, Clock clock, FindingList findings) throws SQLException {
        DatabaseReplication now = ReplicationProbe.ask(session.connection(), session.dialect(), clock);
        findings.addIf(now.degree() == Degree.ASYNCHRONOUS, ServerFinding.REPLICAS_LATE, now.detail());
        findings.addIf(
                now.degree() == Degree.UNKNOWN,
                HostFinding.LOOK_NOT_ALLOWED,
                "whether replicas have what is committed may not be seen: " + now.detail());
        boolean isShort = now.timeout()
                .filter(longest -> longest.compareTo(SHORTEST_WAIT) < 0)
                .isPresent();
        findings.addIf(now.degree() == Degree.SEMI_SYNCHRONOUS && isShort, ServerFinding.SEMI_SYNC_SHORT, now.detail());
    }
}
