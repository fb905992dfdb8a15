package io.orderflow.examples.common;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option that says with which key messages are tagged. */
final class FrameKeyOption {
    static final String VARIABLE = "ORDER_FRAME_KEY";
    private static final String NAME = "--frame-key-file";
    private static final int SMALLEST = 32;
    private static final int LARGEST = 1_024;

    @Option(
            names = NAME,
            paramLabel = "FILE",
            description = "A file whose first line is the frame key, " + SMALLEST + " to " + LARGEST
                    + " characters: messages are tagged with it, and workers set aside what has no right "
                    + "tag. It may be in the environment variable " + VARIABLE + " instead. Default: none")
    private Optional<Path> file;

    /** Made by the command line. */
    FrameKeyOption() {}

    Optional<Path> file() {
        return file;
    }

    /** What gives another program the same key; one of the environment it has by itself. */
    List<String> arguments() {
        return file.map(path -> List.of(NAME, path.toString())).orElse(List.of());
    }

    /**
     * The key, if there is one.
     *
     * @throws ParameterException if it is too short or too long, or the file cannot be read
     */
    Optional<byte[]> key(CommandSpec program, Map<String, String> environment) {
        if (file.isPresent()) {
            String line = Secrets.firstLine(program, NAME, file.get());
            return Optional.of(checked(program, NAME + " must begin with a line", line));
        }
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(key -> !key.isEmpty())
                .map(key -> checked(program, VARIABLE + " must be", key));
    }

    private static byte[] checked(CommandSpec program, String what, String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SMALLEST || bytes.length > LARGEST) {
            throw new ParameterException(
                    program.commandLine(),
                    what + " of " + SMALLEST + " to " + LARGEST + " characters: " + bytes.length);
        }
        return bytes;
    }
}
