package io.orderflow.examples.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.WorkerConfig;
import io.orderflow.samples.Documents;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The image")
class ImageTest {
    private static final int GRACE = 60;

    private final List<String> dockerfile =
            DeployFiles.text("Dockerfile").lines().toList();

    /** What the document says that a clean end may take, in seconds. */
    static int longestEnd() {
        return Documents.tableAfter("<!-- checked: the bounds of an end -->").stream()
                .mapToInt(cells -> Integer.parseInt(cells.get(1)))
                .sum();
    }

    @Test
    @DisplayName("runs as a number that is not root, and gives signals to the JVM itself")
    void ends() {
        assertTrue(dockerfile.contains("USER 10001:10001"));
        List<String> last = dockerfile.stream()
                .filter(line -> line.matches("(ENTRYPOINT|CMD|  CMD) .*"))
                .toList();
        assertEquals(3, last.size(), last::toString);
        last.forEach(line -> assertTrue(line.matches(" *(ENTRYPOINT|CMD) \\[\"[^\\[]+\"]"), "no exec form: " + line));
        assertTrue(last.stream().anyMatch(line -> line.contains("\"health\"]")));
    }

    @Test
    @DisplayName("gives the heap the share that docs/running.md says, where a variable can change it")
    void heap() {
        List<String> shares = dockerfile.stream()
                .filter(line -> line.contains("MaxRAMPercentage"))
                .toList();
        assertEquals(List.of("ENV JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=60"), shares);
        String document = DeployFiles.text("../../docs/running.md");
        assertTrue(document.contains("The heap takes 60 % of the container's memory at most"));
    }

    @Test
    @DisplayName("has an end with the bounds that the grace periods were computed from")
    void bounds() {
        assertEquals(
                List.of("5", "5", "10", "10"),
                Documents.tableAfter("<!-- checked: the bounds of an end -->").stream()
                        .map(cells -> cells.get(1))
                        .toList());
    }

    @Test
    @DisplayName("is given as long for its end as the bounds of its steps and as much again")
    void grace() {
        List<List<String>> steps = Documents.tableAfter("<!-- checked: the bounds of an end -->");
        long drain = WorkerConfig.defaults().drainTimeout().toSeconds();
        assertEquals(
                Long.toString(drain),
                steps.stream()
                        .filter(cells -> cells.get(0).contains("drainTimeout"))
                        .findFirst()
                        .orElseThrow()
                        .get(1));
        assertTrue(2 * longestEnd() <= GRACE);
        assertEquals(
                GRACE + "s",
                DeployFiles.yaml("compose.yaml")
                        .at("/services/serve/stop_grace_period")
                        .asText());
    }
}
