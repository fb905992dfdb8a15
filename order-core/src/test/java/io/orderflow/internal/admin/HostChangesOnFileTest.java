package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.CancelRequest;
import io.orderflow.ConfirmRequest;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderSchema;
import io.orderflow.RefundRequest;
import io.orderflow.ReleaseRequest;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** On a file of H2 nothing that others committed may be changed in a transaction of the host's. */
class HostChangesOnFileTest {
    @TempDir
    private Path folder;

    @Test
    void areRefused() throws Exception {
        try (TestDatabase database = TestDatabase.h2File(folder.resolve("orders"))) {
            DataSource pool = database.dataSource(4);
            OrderSchema.of(pool).createOrUpgrade();
            OrderRequest request = OrderRequest.of(1).line(1, 1).build();
            try (OrderProcessor orders = OrderProcessor.builder(pool).build();
                    Connection host = pool.getConnection()) {
                host.setAutoCommit(false);
                host.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                refused(() -> orders.changes().cancel(host, CancelRequest.of(request, "a")));
                refused(() -> orders.changes().confirm(host, new ConfirmRequest(request.id(), "a")));
                refused(() -> orders.changes().release(host, new ReleaseRequest(request.id(), "a")));
                refused(() -> orders.changes().refund(host, RefundRequest.rest(request.id(), "a")));
                refused(() -> orders.feed("shipping").poll(host, 1));
                host.rollback();
            }
        }
    }

    private static void refused(Executable call) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, call);
        assertTrue(refused.getMessage().startsWith("connection must not lead to a file of H2"), refused::getMessage);
    }
}
