package io.orderflow.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * The end of everything this JVM started: a small shell that reads from a pipe, and once the pipe closes kills the
 * processes it was told of and removes the JVM's folder. The pipe closes however the JVM ends, by {@code kill -9} too,
 * so that no server outlives its tests.
 */
final class Reaper {

    private static final String SCRIPT = """
      trap '' INT TERM HUP
      pids=
      while read -r what pid; do
        case $what in
          adopt) pids="$pids $pid" ;;
          forget) kept=; for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done; pids=$kept ;;
        esac
      done
      for p in $pids; do kill -9 "$p"; done
      for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" && break; sleep 0.2; done
      """;

    private static Reaper instance;

    private final Path folder;
    private final Process shell;

    private Reaper() throws IOException {
        folder = Files.createTempDirectory("order-test-");
        // servers under another user must reach their own folder in it
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        shell = new ProcessBuilder("/bin/sh", "-c", SCRIPT, "reaper", folder.toString())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "reaper"));
    }

    /** The folder for everything this JVM leaves on disk. */
    static Path folder() {
        return instance().folder;
    }

    /** From now on the process ends with this JVM. */
    static void adopt(long pid) {
        instance().tell("adopt " + pid);
    }

    /** The process has ended; its number may belong to another. */
    static void forget(long pid) {
        instance().tell("forget " + pid);
    }

    private static synchronized Reaper instance() {
        if (instance == null) {
            try {
                instance = new Reaper();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return instance;
    }

    private synchronized void tell(String line) {
        try {
            OutputStream out = shell.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the reaper is gone: " + line, e);
        }
    }

    private void end() {
        try {
            synchronized (this) {
                shell.getOutputStream().close();
            }
            shell.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            shell.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
