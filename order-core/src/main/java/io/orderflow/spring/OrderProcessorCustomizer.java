package io.orderflow.spring;

import io.orderflow.OrderProcessor;

/**
 * A bean that has the last word on how the processor is built: a clock, the keys of messages, whatever the properties
 * have no name for. Several are called in their order ({@code @Order}).
 */
@FunctionalInterface
public interface OrderProcessorCustomizer {
    /** Changes what properties, queue and listeners have set; called once, before the processor is built. */
    void customize(OrderProcessor.Builder builder);
}
