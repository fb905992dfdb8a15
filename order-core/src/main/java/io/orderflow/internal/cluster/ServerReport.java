package io.orderflow.internal.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a MariaDB or MySQL server says about its place among others. No I/O.
 *
 * @param settings global variables and status by their names in lower case; what the server does not have is missing
 * @param members the members of its group (Group Replication) as this one sees them; empty where there is no group
 * @param replicates whether it applies what another server writes, outside of a group
 */
record ServerReport(Map<String, String> settings, List<Member> members, boolean replicates) {
    private static final Set<String> OFF = Set.of("OFF", "0", "");

    /** What counts towards a majority, beside members that are ONLINE. */
    private static final String RECOVERING = "RECOVERING";

    /**
     * A member of a group.
     *
     * @param isThisServer whether it is the one that was asked
     * @param state ONLINE, RECOVERING, UNREACHABLE, OFFLINE or ERROR
     * @param role PRIMARY or SECONDARY
     */
    record Member(boolean isThisServer, String state, String role) {
        boolean counts() {
            return state.equals("ONLINE") || state.equals(RECOVERING);
        }
    }

    /** Whether it is a member of a group, or should be. */
    static boolean isInGroup(Map<String, String> settings) {
        return !settings.getOrDefault("group_replication_group_name", "").isEmpty();
    }

    /** Why it cannot be written to; empty if it can be. */
    Optional<String> whyNot() {
        return Stream.of(readOnly(), notReady(), notPrimary(), replica())
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> readOnly() {
        return Stream.of("read_only", "super_read_only", "innodb_read_only")
                .filter(name -> !OFF.contains(settings.getOrDefault(name, "OFF")))
                .findFirst()
                .map(name -> name + " is " + settings.get(name));
    }

    /** Whether it is a node of a Galera cluster. One without a provider is none. */
    static boolean isGaleraNode(Map<String, String> settings) {
        return !OFF.contains(settings.getOrDefault("wsrep_on", "OFF"))
                && !Set.of("", "none").contains(settings.getOrDefault("wsrep_provider", ""));
    }

    private Optional<String> notReady() {
        if (!isGaleraNode(settings)) {
            return Optional.empty();
        }
        String status = settings.getOrDefault("wsrep_cluster_status", "unknown");
        if (!status.equals("Primary")) {
            return Optional.of("wsrep_cluster_status is " + status);
        }
        String ready = settings.getOrDefault("wsrep_ready", "unknown");
        return ready.equals("ON") ? Optional.empty() : Optional.of("wsrep_ready is " + ready);
    }

    private Optional<String> notPrimary() {
        if (!isInGroup(settings)) {
            return Optional.empty();
        }
        Optional<Member> self = members.stream().filter(Member::isThisServer).findFirst();
        if (self.isEmpty()) {
            return Optional.of("it is not in its group");
        }
        if (!self.get().state().equals("ONLINE")) {
            return Optional.of("it is " + self.get().state() + " in its group");
        }
        if (!self.get().role().equals("PRIMARY")) {
            return Optional.of("it is " + self.get().role() + " in its group");
        }
        long reached = members.stream().filter(Member::counts).count();
        return 2 * reached > members.size()
                ? Optional.empty()
                : Optional.of("it reaches " + reached + " of " + members.size() + " members of its group");
    }

    private Optional<String> replica() {
        return replicates ? Optional.of("it replicates from another server") : Optional.empty();
    }
}
