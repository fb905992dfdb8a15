package io.orderflow.examples.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.common.TestShops;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("upgrade")
class UpgradeCommandTest {
    private static final String ADVICE =
            "this release needs 2; stop the processes of the older release and run the program upgrade";

    @TempDir
    Path folder;

    private String database() {
        return "embedded:" + folder;
    }

    @Test
    @DisplayName("brings old tables to this release, and has nothing to do then")
    void upgrades() throws Exception {
        TestShops.makeFirstVersion(folder);
        assertEquals(1, TestShops.version(folder));
        ProgramRun first = ProgramRun.successful("upgrade", "--db", database());
        assertTrue(first.out().contains("the tables are those of this release now, after "), first::toString);
        ProgramRun second = ProgramRun.successful("upgrade", "--db", database());
        assertTrue(second.out().contains("nothing to do"), second::toString);
        ProgramRun audit = ProgramRun.successful("audit", "--db", database());
        assertTrue(audit.out().contains("everything agrees"), audit::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "quickstart", "loadtest"})
    @DisplayName("is done by no program that merely starts, and each says what to do")
    void others(String program) throws Exception {
        TestShops.makeFirstVersion(folder);
        ProgramRun run = ProgramRun.of(program, "--db", database());
        assertEquals(1, run.exitCode(), run::toString);
        assertTrue(run.err().contains(ADVICE), run::toString);
        assertEquals(1, TestShops.version(folder));
    }
}
