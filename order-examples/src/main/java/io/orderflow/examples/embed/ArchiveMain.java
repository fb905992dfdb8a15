package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveFile;
import io.orderflow.ArchiveSummary;
import io.orderflow.OrderProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Old orders go into a file, and out of the tables. */
public final class ArchiveMain {
    private ArchiveMain() {}

    public static void main(String[] args) throws IOException {
        Path path = Files.createTempFile("orders", ".jsonl.gz");
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders =
                        OrderProcessor.builder(pool).createTables(true).build().start()) {
            orders.inventory().define(1, 250, 5, "product-1"); // makes the tables
            System.out.println("archived: " + archive(orders, path).archived());
            System.out.println("the books agree: " + orders.audit().ok());
        } finally {
            Files.delete(path);
        }
    }

    private static ArchiveSummary archive(OrderProcessor orders, Path path) throws IOException {
        // sample: begin
        ArchiveConfig config = ArchiveConfig.builder()
                .olderThan(Duration.ofDays(90))
                .keepKeys(Duration.ofDays(365))
                .build();
        try (ArchiveFile file = ArchiveFile.open(path)) { // JSON lines; packed if the name ends with .gz
            return orders.archive().run(config, file);
        }
        // sample: end
    }
}
