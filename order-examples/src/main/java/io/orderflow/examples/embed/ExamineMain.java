package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Finding;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;

/** What should be changed before production; here that the database is in memory. */
public final class ExamineMain {
    private ExamineMain() {}

    public static void main(String[] args) {
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders = OrderProcessor.builder(pool).build()) {
            OrderSchema.of(pool).createOrUpgrade();
            // sample: begin
            for (Finding finding : orders.examine()) {
                System.out.println(finding.severity() + " " + finding.id() + ": " + finding.found());
                System.out.println("at stake: " + finding.stake());
                System.out.println("change: " + finding.setting());
            }
            // sample: end
        }
    }
}
