package io.orderflow.spring;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.orderflow.OrderMetrics;
import io.orderflow.OrderProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The processor's meters. Actuator binds them to each registry before the processor starts. */
@AutoConfiguration(after = OrderflowAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(ProcessorLifecycle.class)
class OrderflowMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    OrderMetrics orderMetrics(OrderProcessor orders) {
        return new OrderMetrics(orders);
    }
}
