package io.orderflow.spring;

import io.orderflow.OrderProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The processor's health as {@code orderflow}, where Spring Boot 4.0 has its classes. */
@AutoConfiguration(after = OrderflowAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(ProcessorLifecycle.class)
@ConditionalOnExpression(HealthDetails.ENABLED)
class OrderflowBoot4HealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "orderflowHealthIndicator")
    HealthIndicator orderflowHealthIndicator(OrderProcessor orders) {
        return () -> {
            HealthDetails told = HealthDetails.of(orders.health());
            return (told.down() ? Health.down() : Health.up())
                    .withDetails(told.details())
                    .build();
        };
    }
}
