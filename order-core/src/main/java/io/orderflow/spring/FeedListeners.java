package io.orderflow.spring;

import io.orderflow.FeedConfig;
import io.orderflow.FeedHandler;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** The methods with {@link OrderFeedListener} of all beans. Used by one thread, while the application starts. */
final class FeedListeners {
    private static final Logger log = LoggerFactory.getLogger(FeedListeners.class);

    private static final ResolvableType EVENTS = ResolvableType.forClassWithGenerics(List.class, OrderEvent.class);

    /** A method through its bean, or through the proxy that Spring put before it. */
    private record Listener(Object bean, Method method, OrderFeedListener feed, boolean eachAlone)
            implements FeedHandler {
        @Override
        public void handle(List<OrderEvent> events) throws Exception {
            if (eachAlone) {
                for (OrderEvent event : events) {
                    call(event);
                }
            } else {
                call(events);
            }
        }

        private void call(Object argument) throws Exception {
            try {
                method.invoke(bean, argument);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof Exception failure ? failure : e;
            }
        }
    }

    private final ConfigurableListableBeanFactory beans;

    FeedListeners(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /**
     * Starts each of them.
     *
     * @throws IllegalStateException if one cannot be a listener, or a feed has two
     */
    void start(OrderProcessor orders, FeedConfig config) {
        find().forEach((name, listener) ->
                orders.feed(name, listener.feed().start()).start(config, listener));
    }

    private Map<String, Listener> find() {
        Map<String, Listener> found = new LinkedHashMap<>();
        for (String bean : beans.getBeanNamesForType(Object.class, true, false)) {
            annotatedMethods(bean).forEach((method, feed) -> {
                String name = String.valueOf(beans.resolveEmbeddedValue(feed.value()));
                Listener before = found.put(name, listener(bean, method, feed));
                if (before != null) {
                    throw new IllegalStateException("two methods listen to the feed " + name
                            + ", which has one cursor: " + before.method() + " and " + method);
                }
            });
        }
        return found;
    }

    /** A class that the class path has only in part is no listener; Spring itself goes on without it as well. */
    private Map<Method, OrderFeedListener> annotatedMethods(String bean) {
        Class<?> type = typeOf(bean);
        if (type == null || !AnnotationUtils.isCandidateClass(type, OrderFeedListener.class)) {
            return Map.of();
        }
        try {
            MethodIntrospector.MetadataLookup<@Nullable OrderFeedListener> annotation =
                    method -> AnnotatedElementUtils.findMergedAnnotation(method, OrderFeedListener.class);
            return MethodIntrospector.selectMethods(type, annotation);
        } catch (IllegalStateException | LinkageError e) {
            log.debug(
                    "bean {} was not looked at for feed listeners, since its class {} has parts missing",
                    bean,
                    type,
                    e);
            return Map.of();
        }
    }

    private @Nullable Class<?> typeOf(String bean) {
        return ScopedProxyUtils.isScopedTarget(bean) ? null : AutoProxyUtils.determineTargetClass(beans, bean);
    }

    private Listener listener(String bean, Method method, OrderFeedListener feed) {
        ResolvableType parameter =
                method.getParameterCount() == 1 ? ResolvableType.forMethodParameter(method, 0) : ResolvableType.NONE;
        boolean eachAlone = parameter.resolve() == OrderEvent.class;
        if (!eachAlone && (parameter == ResolvableType.NONE || !parameter.isAssignableFrom(EVENTS))) {
            throw refused(method, feed, "must have one parameter, List<OrderEvent> or OrderEvent");
        }
        if (!beans.isSingleton(bean)) {
            throw refused(method, feed, "must be a method of a singleton, and the bean " + bean + " is none");
        }
        Object target = beans.getBean(bean);
        Method callable = AopUtils.selectInvocableMethod(method, target.getClass());
        ReflectionUtils.makeAccessible(callable);
        return new Listener(target, callable, feed, eachAlone);
    }

    private static IllegalStateException refused(Method method, OrderFeedListener feed, String rule) {
        return new IllegalStateException("@OrderFeedListener(\"" + feed.value() + "\") on " + method + ": it " + rule);
    }
}
