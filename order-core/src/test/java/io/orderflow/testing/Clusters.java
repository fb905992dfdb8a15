package io.orderflow.testing;

import java.util.List;

/**
 * How much tests of clusters do, from the system property {@code clusters}: the names of those that are tried at
 * length, {@code -Dclusters=sentinel,redis-cluster}.
 */
public final class Clusters {
    private static final int MANY_KILLS = 5;

    private Clusters() {}

    /** Whether a cluster is to be tried at length. */
    public static boolean isWanted(String name) {
        return List.of(System.getProperty("clusters", "").split(",")).contains(name);
    }

    /** How often the node that matters is killed: once, or five times if that cluster is tried at length. */
    public static int kills(String name) {
        return isWanted(name) ? MANY_KILLS : 1;
    }
}
