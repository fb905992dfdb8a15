package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaProcessTest {

    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final int LINES = 5_000;
    private static final Duration SHORT = Duration.ofMillis(300);

    /** Repeats each line; ends with code 3 at "end". */
    static final class Echo {

        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println("ready " + String.join(",", arguments) + System.getProperty("greeting", ""));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); !"end".equals(line); line = in.readLine()) {
                System.out.println("heard " + line);
            }
            System.err.println("ending");
            System.exit(3);
        }
    }

    /** Starts what must not outlive it, says what, and waits to be killed. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws IOException {
            JavaProcess child = JavaProcess.start(Echo.class);
            System.out.println(child.pid() + " " + Reaper.folder());
            System.in.read();
        }
    }

    @Test
    void readsLinesAndTheExitCode() {
        try (JavaProcess echo = JavaProcess.start(List.of("-Dgreeting=!"), Echo.class, "a", "b c")) {
            echo.awaitLine("ready a,b c!", BOUND);
            echo.send("one");
            assertEquals("heard one", echo.awaitLine("an answer", line -> line.startsWith("heard"), BOUND));
            echo.send("end");
            assertEquals(3, echo.awaitExit(BOUND));
            assertEquals(List.of("ready a,b c!", "heard one"), echo.lines());
            assertTrue(echo.toString().contains("err: ending"), echo.toString());
        }
    }

    @Test
    void saysWhatWasPrintedWhenALineDoesNotCome() {
        try (JavaProcess echo = JavaProcess.start(Echo.class)) {
            echo.awaitLine("ready ", BOUND);
            AssertionError late = assertThrows(AssertionError.class, () -> echo.awaitLine("never", SHORT));
            assertTrue(late.getMessage().contains("running)\nout: ready"), late.getMessage());
            echo.send("end");
            AssertionError ended = assertThrows(AssertionError.class, () -> echo.awaitLine("never", BOUND));
            assertTrue(ended.getMessage().contains("exit code 3"), ended.getMessage());
        }
    }

    @Test
    void killsAtOnce() {
        try (JavaProcess echo = JavaProcess.start(Echo.class)) {
            echo.awaitLine("ready ", BOUND);
            echo.kill9();
            assertFalse(echo.isAlive());
            assertEquals(128 + 9, echo.awaitExit(BOUND));
        }
    }

    /** Prints a lot and waits to be killed. */
    static final class Talker {

        private Talker() {}

        public static void main(String[] arguments) throws IOException {
            StringBuilder all = new StringBuilder();
            for (int i = 1; i <= LINES; i++) {
                all.append("line ").append(i).append('\n');
            }
            System.out.print(all);
            System.out.flush();
            System.in.read();
        }
    }

    @Test
    void everythingPrintedBeforeTheKillIsRead() {
        for (int i = 0; i < 5; i++) {
            try (JavaProcess talker = JavaProcess.start(Talker.class)) {
                talker.awaitLine("line 1", BOUND);
                talker.kill9();
                List<String> lines = talker.lines();
                assertFalse(lines.stream().anyMatch(line -> line.startsWith("(broken off")), talker::toString);
            }
        }
    }

    @Test
    void freezesAndThaws() {
        try (JavaProcess echo = JavaProcess.start(Echo.class)) {
            echo.awaitLine("ready ", BOUND);
            echo.freeze();
            echo.send("one");
            assertThrows(AssertionError.class, () -> echo.awaitLine("heard one", SHORT));
            echo.thaw();
            echo.awaitLine("heard one", BOUND);
        }
    }

    @Test
    void nothingOutlivesAParentThatIsKilled() {
        try (JavaProcess parent = JavaProcess.start(Parent.class)) {
            String[] child = parent.awaitLine("the child", line -> line.contains(" "), BOUND)
                    .split(" ", 2);
            long pid = Long.parseLong(child[0]);
            Path folder = Path.of(child[1]);
            assertTrue(isRunning(pid) && Files.isDirectory(folder));
            parent.kill9();
            Eventually.await(
                    "child and folder are gone",
                    BOUND,
                    () -> !isRunning(pid) && !Files.exists(folder),
                    () -> "process " + isRunning(pid) + ", folder " + Files.exists(folder));
        }
    }

    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
