package io.orderflow.examples.processes;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.common.ProgramException;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A program started by another one")
class ChildProgramTest {
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final List<String> SMALL = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1");

    @TempDir
    Path folder;

    /** Starts a server, tells its process id, and waits to be killed. */
    static final class Parent {
        public static void main(String[] args) throws InterruptedException {
            ChildProgram child = ChildProgram.start(SMALL, List.of("serve", "--port", "0", "--db", args[0]));
            child.awaitLine("listening on ", BOUND);
            System.out.println("child " + child.pid());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    @DisplayName("ends when its parent is killed")
    void endsWithItsParent() {
        try (JavaProcess parent = JavaProcess.start(SMALL, Parent.class, "embedded:" + folder.resolve("shop"))) {
            String line = parent.awaitLine("its child", text -> text.startsWith("child "), BOUND);
            ProcessHandle child = ProcessHandle.of(Long.parseLong(line.substring("child ".length())))
                    .orElseThrow();
            assertTrue(child.isAlive());
            parent.kill9();
            Eventually.await("the child ends", BOUND, () -> !child.isAlive(), child::toString);
        }
    }

    @Test
    @DisplayName("ends when it is closed, and says so when it is waited for")
    void endsWhenClosed() {
        List<String> worker = List.of("worker", "--db", "embedded:" + folder.resolve("shop"));
        ChildProgram child = ChildProgram.start(SMALL, worker);
        child.awaitLine("working", BOUND);
        assertTrue(child.cpu().orElseThrow().toMillis() > 0);
        child.close();
        assertFalse(ProcessHandle.of(child.pid()).map(ProcessHandle::isAlive).orElse(false));
        ProgramException ended =
                assertThrows(ProgramException.class, () -> child.awaitLine("never said", Duration.ofSeconds(10)));
        assertTrue(ended.getMessage().contains("the program worker ended"), ended::getMessage);
        assertTrue(ended.getMessage().contains("stopped, decided 0 orders"), ended::getMessage);
    }
}
