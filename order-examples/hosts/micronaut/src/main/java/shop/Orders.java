package shop;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.WorkerConfig;
import javax.sql.DataSource;

/** The processor: there before the first request, closed before the pool, on which it depends. */
@Factory
class Orders {
    // sample: begin
    @Context
    @Bean(preDestroy = "close")
    OrderProcessor orders(DataSource dataSource) {
        // Micronaut Data puts a data source before the pool that gives connections only within its transactions
        DataSource pool = DelegatingDataSource.unwrapDataSource(dataSource);
        OrderProcessor orders =
                OrderProcessor.builder(pool).createTables(true).build().start();
        orders.workers(WorkerConfig.defaults()).start();
        return orders;
    }
    // sample: end
}
