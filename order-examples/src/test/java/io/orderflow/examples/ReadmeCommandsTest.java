package io.orderflow.examples;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The commands in the README")
class ReadmeCommandsTest {
    private static final String COMMAND = "java -jar order-examples/target/order-examples.jar ";

    @Test
    @DisplayName("name programs and options that exist, and every program")
    void areUnderstood() throws IOException {
        List<String> commands = readme().filter(line -> line.contains(COMMAND))
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

    private static Stream<String> readme() throws IOException {
        Path file = Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(folder -> folder.resolve("README.md"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("no README.md above " + Path.of("").toAbsolutePath()));
        return Files.readAllLines(file).stream();
    }
}
