package io.orderflow.examples.deciding;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.ProgramRun;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("pause and resume")
class PauseProgramTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeShop() {
        ProgramRun.successful("quickstart", "--db", "embedded:" + folder);
    }

    private ProgramRun run(String program, String... options) {
        String[] all = new String[options.length + 3];
        all[0] = program;
        all[1] = "--db";
        all[2] = "embedded:" + folder;
        System.arraycopy(options, 0, all, 3, options.length);
        return ProgramRun.of(all);
    }

    @Test
    @DisplayName("outlive the program, and say who paused and why")
    void pauseAndResume() {
        ProgramRun paused = run("pause", "--reason", "a price", "--by", "anna");
        assertAll(
                paused::toString,
                () -> assertEquals(0, paused.exitCode()),
                () -> assertTrue(paused.out().startsWith("deciding is paused since ")),
                () -> assertTrue(paused.out().stripTrailing().endsWith(" by anna: a price")));
        ProgramRun second = run("pause", "--reason", "another", "--json");
        assertEquals(0, second.exitCode(), second::toString);
        assertTrue(second.json().path("paused").booleanValue(), second::toString);
        assertEquals("anna", second.json().path("by").textValue(), second::toString);
        ProgramRun resumed = run("resume");
        assertAll(
                resumed::toString,
                () -> assertEquals(0, resumed.exitCode()),
                () -> assertTrue(resumed.out().startsWith("deciding is resumed; before: deciding is paused since ")));
        ProgramRun again = run("resume");
        assertEquals("deciding was not paused", again.out().strip(), again::toString);
        assertFalse(run("resume", "--json").json().path("paused").booleanValue());
    }

    @Test
    @DisplayName("refuse a reason or a name that is missing or breaks its rule")
    void refused() {
        refused("--reason", run("pause"));
        refused("--reason", run("pause", "--reason", ""));
        refused("--by", run("pause", "--reason", "x", "--by", "x".repeat(256)));
        refused("--by", run("resume", "--by", ""));
    }

    private static void refused(String option, ProgramRun run) {
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().startsWith("error: ") && run.err().contains(option), run::toString);
    }
}
