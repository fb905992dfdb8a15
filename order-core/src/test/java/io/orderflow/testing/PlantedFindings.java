package io.orderflow.testing;

import io.orderflow.samples.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which findings of an examination no test plants, as far as the text of the tests tells: it names what is planted. */
public final class PlantedFindings {
    /** At the beginning of a line, where the formatter puts them. */
    private static final Pattern COMMENT = Pattern.compile("(?ms)^\\s*(//[^\n]*|/\\*.*?\\*/)");

    private PlantedFindings() {}

    /**
     * Those of an enumeration that no test names.
     *
     * @param module the folder of the module whose tests plant them, in the package of the enumeration
     */
    public static List<String> missing(String module, Class<? extends Enum<?>> findings) {
        return missing(
                module,
                findings,
                Arrays.stream(findings.getEnumConstants()).map(Enum::name).toList());
    }

    /** The same of what a class has under these names. */
    public static List<String> missing(String module, Class<?> findings, List<String> names) {
        String text = textOfTests(module, findings.getPackageName());
        return names.stream()
                .filter(name -> !Pattern.compile("\\b" + findings.getSimpleName() + "\\." + name + "\\b")
                        .matcher(text)
                        .find())
                .toList();
    }

    private static String textOfTests(String module, String name) {
        Path folder = Documents.root().resolve(module).resolve("src/test/java").resolve(name.replace('.', '/'));
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                texts.add(COMMENT.matcher(Files.readString(file)).replaceAll(""));
            }
        } catch (IOException e) {
            throw new AssertionError(folder + " has no tests that can be read", e);
        }
        return String.join("\n", texts);
    }
}
