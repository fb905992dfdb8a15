package io.orderflow.internal.cluster;

import io.orderflow.DatabaseReplication;
import io.orderflow.DatabaseReplication.Degree;
import io.orderflow.internal.cluster.ServerReport.Member;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a MariaDB or MySQL server says about those that get what it commits. No I/O.
 *
 * @param settings global variables and status by their names in lower case; what the server does not have is missing
 * @param members the members of its group as it sees them; empty where there is no group, or this user may not see it
 * @param connected how many replicas read its log; empty where this user may not see that
 * @param at when it said so
 */
record ReplicationReport(
        Map<String, String> settings, Optional<List<Member>> members, OptionalInt connected, Instant at) {
    /** MySQL's plug-in has both names, by its age; MariaDB has the first one. */
    private static final List<String> SEMI_SYNC = List.of("rpl_semi_sync_master_", "rpl_semi_sync_source_");

    /** The answer, in words too. */
    DatabaseReplication replication() {
        if (ServerReport.isGaleraNode(settings)) {
            return galera();
        }
        if (ServerReport.isInGroup(settings)) {
            return group();
        }
        if (!isOn("log_bin")) {
            return answer(Degree.NONE, OptionalInt.of(0), "it has no binary log (log_bin is OFF), so no replica");
        }
        return SEMI_SYNC.stream()
                .filter(prefix -> isOn(prefix + "enabled"))
                .findFirst()
                .map(this::semiSynchronous)
                .orElseGet(this::asynchronous);
    }

    private DatabaseReplication galera() {
        String size = settings.getOrDefault("wsrep_cluster_size", "0");
        int others = Math.max(0, number(size) - 1);
        return others == 0
                ? answer(
                        Degree.NONE,
                        OptionalInt.of(0),
                        "it is alone in its Galera cluster (wsrep_cluster_size is " + size + ")")
                : answer(
                        Degree.GALERA,
                        OptionalInt.of(others),
                        "all " + size + " nodes of a Galera cluster have"
                                + " received a commit when it is answered (wsrep_cluster_size)");
    }

    private DatabaseReplication group() {
        if (members.isEmpty()) {
            return answer(
                    Degree.UNKNOWN,
                    OptionalInt.empty(),
                    "it is in a group, and its user may not see it;"
                            + " GRANT SELECT ON performance_schema.replication_group_members");
        }
        boolean online = members.get().stream().anyMatch(member -> member.isThisServer() && isOnline(member));
        int others = (int) members.get().stream()
                .filter(member -> !member.isThisServer() && isOnline(member))
                .count();
        if (!online || others == 0) {
            return answer(
                    Degree.NONE,
                    OptionalInt.of(others),
                    online ? "it is alone in its group" : "it is not ONLINE in its group");
        }
        return answer(
                Degree.GROUP,
                OptionalInt.of(others),
                "more than half of the " + members.get().size()
                        + " members of its group have received a commit when it is answered; " + (others + 1)
                        + " are ONLINE");
    }

    private static boolean isOnline(Member member) {
        return member.state().equals("ONLINE");
    }

    private DatabaseReplication semiSynchronous(String prefix) {
        String millis = settings.getOrDefault(prefix + "timeout", "0");
        Optional<Duration> timeout = Optional.of(Duration.ofMillis(capped(millis)));
        if (!isOn(prefix + "status")) {
            String fallen = "asynchronous now: it is set up for semi-synchronous replication (" + prefix
                    + "enabled is ON), and as no replica acknowledged it goes on without (" + prefix + "status is OFF)";
            return new DatabaseReplication(Degree.ASYNCHRONOUS, connected, timeout, fallen, at);
        }
        int clients = number(settings.getOrDefault(prefix + "clients", "0"));
        String words = "semi-synchronous: a commit is answered when a replica has it, or after " + millis + " ms ("
                + prefix + "timeout); " + clients + " acknowledge now";
        return new DatabaseReplication(Degree.SEMI_SYNCHRONOUS, OptionalInt.of(clients), timeout, words, at);
    }

    private DatabaseReplication asynchronous() {
        if (connected.isEmpty()) {
            return answer(
                    Degree.UNKNOWN,
                    connected,
                    "it has a binary log, and its user may not see whether replicas"
                            + " read it; GRANT REPLICATION SLAVE, or SELECT ON performance_schema.threads");
        }
        return connected.getAsInt() == 0
                ? answer(Degree.NONE, connected, "no replica is connected")
                : answer(
                        Degree.ASYNCHRONOUS,
                        connected,
                        "asynchronous: replicas get a commit after it is answered; " + connected.getAsInt()
                                + " connected");
    }

    private DatabaseReplication answer(Degree degree, OptionalInt replicas, String detail) {
        return new DatabaseReplication(degree, replicas, Optional.empty(), detail, at);
    }

    private boolean isOn(String name) {
        return Stream.of("ON", "1").anyMatch(settings.getOrDefault(name, "OFF")::equals);
    }

    /** MySQL and MariaDB take numbers of 64 bits without a sign for "for ever". */
    private static long capped(String value) {
        return new BigInteger(value).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
    }

    private static int number(String value) {
        return Integer.parseInt(value);
    }
}
