package io.orderflow.spring;

import io.orderflow.FeedStart;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a bean the handler of a feed, as {@link io.orderflow.OrderFeed#start} does: each event at least
 * once and in order, in one process at a time. It starts and ends with the application.
 *
 * <p>The method has one parameter, {@code List<OrderEvent>} or {@link io.orderflow.OrderEvent}. With the latter it is
 * called for each event, and when it throws, those of the same piece that it had before come again, too. It is called
 * through the bean, so {@code @Transactional} holds for it. A feed has one such method; a second one, a bean that is no
 * singleton, or another parameter ends the start of the application.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OrderFeedListener {
    /**
     * The feed's name: 1 to 64 characters, small letters, digits, and {@code . _ -} after the first. Placeholders are
     * resolved.
     */
    String value();

    /** Where the feed begins when the database does not know its name yet. */
    FeedStart start() default FeedStart.BEGINNING;
}
