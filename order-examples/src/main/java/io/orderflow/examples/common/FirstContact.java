package io.orderflow.examples.common;

import io.orderflow.OrderSchema;
import io.orderflow.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** The first statements to a database, which may be starting or slow to let anybody in: tried again for a while. */
public final class FirstContact {
    private static final long PAUSE_NANOS = 200_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Waits for nothing yet. */
    public FirstContact() {}

    /**
     * Creates the library's tables with that prefix, where they are missing.
     *
     * @throws io.orderflow.SchemaException if the server or the tables cannot be used as they are
     * @throws StoreUnavailableException if the database does not answer for 15 seconds
     */
    public void createTables(DataSource dataSource, String tablePrefix) {
        OrderSchema schema = OrderSchema.of(dataSource, tablePrefix);
        long start = System.nanoTime();
        while (true) {
            try {
                schema.create();
                return;
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }
}
