package io.orderflow.testing;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The console of the build, for the few lines that a person must see: what tests print goes to files. The JVMs of one
 * module say a line once between them. Thread-safe.
 */
public final class BuildConsole {
    private static final Path TARGET = Path.of("target");

    private BuildConsole() {}

    /** Prints a line, unless a JVM of the same build did so for this module. */
    static void sayOnce(String line) {
        if (isFirst(line)) {
            say(line);
        }
    }

    /** Prints a line, as of a long run that somebody waits for. */
    @SuppressWarnings("resource") // the process's own output stays open
    public static void say(String line) {
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8).println(line);
    }

    private static boolean isFirst(String line) {
        if (!Files.isDirectory(TARGET)) {
            return true;
        }
        try {
            Path folder = Files.createDirectories(TARGET.resolve("said"));
            Files.createFile(folder.resolve(build() + "-" + Integer.toHexString(line.hashCode())));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** The nearest Java process above this one, which is the build's; a shell may stand between. */
    private static String build() {
        return Stream.iterate(
                        ProcessHandle.current().parent(),
                        Optional::isPresent,
                        above -> above.flatMap(ProcessHandle::parent))
                .map(Optional::get)
                .filter(above -> above.info().command().orElse("").matches(".*java(\\.exe)?"))
                .findFirst()
                .map(above -> above.pid() + "-"
                        + above.info().startInstant().orElse(Instant.EPOCH).toEpochMilli())
                .orElse("alone");
    }
}
