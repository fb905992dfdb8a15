package shop;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import javax.sql.DataSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The processor, its meters and its health. {@link OrderLifecycle} starts and closes it; its close as a bean comes later and
 * does nothing.
 */
@Configuration(proxyBeanMethods = false)
class OrderConfiguration {
    @Bean
    OrderProcessor orders(DataSource dataSource, ShopProperties properties) {
        return OrderProcessor.builder(dataSource)
                .createTables(true)
                .tablePrefix(properties.tablePrefix())
                .submitTimeout(properties.submitTimeout())
                .journalTimeout(properties.journalTimeout())
                .build();
    }

    /** Bound by Actuator when it makes the registry, hence before the processor starts. */
    @Bean
    MeterBinder orderMetrics(OrderProcessor orders) {
        return new OrderMetrics(orders);
    }

    /** Degraded is up for whoever restarts processes: what can be tried again is, without end. The details say more. */
    @Bean
    HealthIndicator orderflowHealthIndicator(OrderProcessor orders) {
        return () -> {
            io.orderflow.Health health = orders.health();
            Health.Builder told = health.status() == io.orderflow.Health.Status.DOWN
                    ? Health.down()
                    : Health.status(Status.UP);
            told.withDetail("orderflow", health.status()).withDetail("waiting", health.waiting());
            health.checks().forEach(check -> told.withDetail(check.name(), check.status() + ": " + check.detail()));
            return told.build();
        };
    }
}
