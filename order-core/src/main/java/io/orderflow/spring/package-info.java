/**
 * A host on Spring Boot, 3.5 or 4.0: with its starters on the class path and one {@link javax.sql.DataSource}, an
 * {@link io.orderflow.OrderProcessor} is a bean that starts and ends with the application. What can be set stands in
 * {@link io.orderflow.spring.OrderflowProperties}.
 *
 * <ul>
 *   <li>{@link io.orderflow.spring.TransactionalOrders} places orders in the caller's {@code @Transactional}.
 *   <li>{@link io.orderflow.spring.OrderFeedListener} makes a bean's method the handler of a feed.
 *   <li>{@link io.orderflow.spring.OrderProcessorCustomizer} sets what properties cannot.
 *   <li>A bean of {@link io.orderflow.queue.OrderQueue} is the queue, and each {@link io.orderflow.OrderListener} a
 *       listener.
 *   <li>With Actuator there are the meters of {@link io.orderflow.OrderMetrics} and the health {@code orderflow}.
 * </ul>
 *
 * <p>An optional part: without Spring on the class path nothing here is loaded, and nothing else needs it.
 */
@NullMarked
package io.orderflow.spring;

import org.jspecify.annotations.NullMarked;
