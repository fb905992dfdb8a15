package io.orderflow.spring;

import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.queue.OrderQueue;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The processor of a host on Spring Boot, what starts and ends it, and {@link TransactionalOrders}. A processor or a
 * {@link TransactionalOrders} that the host defines takes the place of these; a processor of the host's must not be
 * started by it. Of two processors the primary one is taken; without a primary one the host has all to do itself.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration", // Spring Boot 3.5
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration" // 4.0
        })
@ConditionalOnClass({DataSource.class, JdbcTemplate.class})
@ConditionalOnProperty(name = "orderflow.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OrderflowProperties.class)
public class OrderflowAutoConfiguration {
    /** The addresses of queues whose adapters bring a bean when they are on the class path. */
    private static final List<String> ADDRESSES = List.of("orderflow.queue.redis.uri", "orderflow.queue.rabbit.uri");

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(DataSource.class)
    OrderProcessor orderProcessor(
            DataSource dataSource,
            OrderflowProperties properties,
            Environment environment,
            ObjectProvider<OrderQueue> queue,
            ObjectProvider<OrderListener> listeners,
            ObjectProvider<OrderProcessorCustomizer> customizers) {
        OrderProcessor.Builder builder = OrderProcessor.builder(dataSource);
        properties.applyTo(builder);
        queue.ifAvailable(builder::queue);
        if (queue.getIfAvailable() == null) {
            refuseAddressWithoutAdapter(environment);
        }
        listeners.orderedStream().forEach(builder::listener);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    private static void refuseAddressWithoutAdapter(Environment environment) {
        for (String address : ADDRESSES) {
            if (environment.containsProperty(address)) {
                throw new IllegalStateException(address + " is set, and there is no queue: it needs order-queue-"
                        + address.split("\\.")[2] + " among the dependencies");
            }
        }
    }

    /** Is there for one processor, and what else needs one follows it. */
    @Bean
    @ConditionalOnSingleCandidate(OrderProcessor.class)
    ProcessorLifecycle orderProcessorLifecycle(
            OrderProcessor orders, OrderflowProperties properties, ConfigurableListableBeanFactory beans) {
        return new ProcessorLifecycle(orders, properties, new FeedListeners(beans));
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(ProcessorLifecycle.class)
    @ConditionalOnSingleCandidate(DataSource.class)
    TransactionalOrders transactionalOrders(OrderProcessor orders, DataSource dataSource) {
        return new TransactionalOrders(orders, dataSource);
    }
}
