package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/** The tables by a migration tool. Their history is a table of its own, since the host's first version is a V1 too. */
public final class FlywayMain {
    private FlywayMain() {}

    static MigrateResult migrate(DataSource dataSource, String database) {
        // sample: begin
        return Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:io/orderflow/schema/" + database) // mysql for MariaDB and MySQL, or h2
                .table("orderflow_history")
                .baselineOnMigrate(true) // the host's own tables may be there already
                .baselineVersion("0")
                .load()
                .migrate();
        // sample: end
    }

    public static void main(String[] args) {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders = OrderProcessor.builder(pool).build()) {
            String database = pool.getJdbcUrl().startsWith("jdbc:h2:") ? "h2" : "mysql";
            System.out.println("migrations: " + migrate(pool, database).migrationsExecuted);
            System.out.println("and again: " + migrate(pool, database).migrationsExecuted);
            OrderSchema.of(pool).check(); // fails early, with what to change
            orders.start();
            OrderRequest request =
                    OrderRequest.of(7).line(1, 2).idempotencyKey("cart-77").build();
            System.out.println(orders.submit(request).outcome());
        }
    }
}
