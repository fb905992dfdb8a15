package shop;

import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import javax.sql.DataSource;

/** The processor, started before the first request and closed when the last one has its answer. */
@Singleton
public class Orders {
    // sample: begin
    @Produces
    @Singleton // a final class has no proxy, as other scopes need one
    OrderProcessor orders(DataSource dataSource) {
        return OrderProcessor.builder(dataSource).createTables(true).build();
    }

    void start(@Observes StartupEvent event, OrderProcessor orders) {
        orders.start().workers(WorkerConfig.defaults()).start();
    }

    void end(@Observes ShutdownEvent event, OrderProcessor orders) {
        orders.close();
    }
    // sample: end
}
