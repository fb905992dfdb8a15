package io.orderflow.testing;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The Python of this machine, for tests of what programs in Python do with a server. Where there is none with the
 * module, the test is skipped and a line says so, or it fails when the run demands that kind of server. Thread-safe.
 */
public final class Python {
    /** The first one of the path, and the one that Debian's packages are for. */
    private static final List<String> PROGRAMS = List.of("python3", "/usr/bin/python3");

    private Python() {}

    /**
     * The program that has the module.
     *
     * @param module what must be there to import, the client of that kind of server
     * @param debian the package of Debian that has it
     * @throws org.opentest4j.TestAbortedException if there is none and the run does not demand the server
     * @throws AssertionError if there is none and the run demands the server
     */
    public static String require(ServerKind kind, String module, String debian) {
        Optional<String> found =
                PROGRAMS.stream().filter(program -> has(program, module)).findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        String reason = "no python3 with the module " + module + " (Debian: " + debian + ")";
        if (ServerMode.of(kind) == ServerMode.REQUIRED) {
            return Assertions.fail("Python: tests failed, since " + kind.title() + " is required: " + reason);
        }
        String message = "Python: tests skipped: " + reason;
        BuildConsole.sayOnce(message);
        return Assumptions.abort(message);
    }

    private static boolean has(String program, String module) {
        try {
            Process process = new ProcessBuilder(program, "-c", "import " + module)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(60, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while looking for Python", e);
        }
    }
}
