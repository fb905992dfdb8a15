package io.orderflow.examples.common;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(getClass().getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
        return new String[] {"order-examples " + version};
    }
}
