package io.orderflow.internal.schema;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderSchema;

/** Upgrades the tables in a JVM of its own, to be killed. Arguments: JDBC URL, user, password. */
final class UpgradeProgram {
    static final String DONE = "upgraded";

    private UpgradeProgram() {}

    public static void main(String[] args) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(args[0]);
        settings.setUsername(args[1]);
        settings.setPassword(args[2]);
        settings.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(settings)) {
            OrderSchema.of(pool).createOrUpgrade();
            System.out.println(DONE);
        }
    }
}
