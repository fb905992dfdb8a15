package io.orderflow.spring;

import io.micrometer.observation.ObservationRegistry;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderTracing;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Spans of the processor's orders, for the registry that Actuator has, of Spring Boot 3 and of 4. */
@AutoConfiguration(
        after = OrderflowAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ProcessorLifecycle.class)
@ConditionalOnSingleCandidate(ObservationRegistry.class)
class OrderflowTracingAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    OrderTracing orderTracing(OrderProcessor orders, ObservationRegistry registry) {
        OrderTracing tracing = new OrderTracing(orders);
        tracing.bindTo(registry);
        return tracing;
    }
}
