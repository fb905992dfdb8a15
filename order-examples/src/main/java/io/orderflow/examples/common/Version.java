package io.orderflow.examples.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names, and the commit of its sources if the build was told it. */
final class Version implements IVersionProvider {
    private static final String FILE = "build.properties";

    @Override
    public String[] getVersion() {
        return new String[] {
            "order-examples " + ofJar() + commit().map(id -> " " + id).orElse("")
        };
    }

    static String ofJar() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
    }

    static Optional<String> commit() {
        Properties build = new Properties();
        try (InputStream file = Version.class.getResourceAsStream(FILE)) {
            build.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's " + FILE + " cannot be read", e);
        }
        // what is not built by Maven has the placeholder in it
        return Optional.of(build.getProperty("commit").strip()).filter(id -> id.matches("[0-9a-f]{7,64}"));
    }
}
