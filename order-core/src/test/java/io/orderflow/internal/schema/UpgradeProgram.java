package io.orderflow.internal.schema;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderSchema;
import io.orderflow.testing.ChildPool;

/** Upgrades the tables in a JVM of its own, to be killed. Arguments: JDBC URL, user, password. */
final class UpgradeProgram {
    static final String DONE = "upgraded";

    private UpgradeProgram() {}

    public static void main(String[] args) {
        try (HikariDataSource pool = ChildPool.open(args, 1)) {
            OrderSchema.of(pool).createOrUpgrade();
            System.out.println(DONE);
        }
    }
}
