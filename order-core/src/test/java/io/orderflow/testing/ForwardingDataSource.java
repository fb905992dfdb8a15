package io.orderflow.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** A data source that asks each time which one it is. */
public final class ForwardingDataSource {
    private ForwardingDataSource() {}

    /** Forwards each call to the one that is supplied at that moment; what the supplier throws is thrown. */
    public static DataSource to(Supplier<DataSource> target) {
        InvocationHandler handler = (self, method, arguments) -> {
            try {
                return method.invoke(target.get(), arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (DataSource) Proxy.newProxyInstance(
                ForwardingDataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, handler);
    }
}
