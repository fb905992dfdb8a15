package io.orderflow.examples;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.orderflow.samples.Documents;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The commands in the README and in docs/")
class DocumentCommandsTest {
    private static final String COMMAND = "java -jar order-examples/target/order-examples.jar ";

    @Test
    @DisplayName("name programs and options that exist, and every program")
    void areUnderstood() {
        List<String> commands = Documents.lines().stream()
                .filter(line -> line.contains(COMMAND))
                .map(line -> line.substring(line.indexOf(COMMAND) + COMMAND.length()))
                .toList();

        Set<String> programs = new TreeSet<>();
        for (String command : commands) {
            String[] arguments = command.split(" ");
            assertDoesNotThrow(() -> Main.commandLine().parseArgs(arguments), command);
            programs.add(arguments[0]);
        }

        assertEquals(new TreeSet<>(Main.commandLine().getSubcommands().keySet()), programs);
    }
}
