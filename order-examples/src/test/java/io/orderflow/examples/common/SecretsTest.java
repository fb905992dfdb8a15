package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

@DisplayName("The file of a password")
class SecretsTest {
    @TempDir
    Path folder;

    static Stream<Arguments> good() {
        return Stream.of(
                        "",
                        "\n",
                        "\r\n",
                        "s3cret",
                        "s3cret\n",
                        "s3cret\r\n",
                        "s3cret\nand a note\n",
                        " s3 cret ",
                        "pässwörd",
                        "x".repeat(4_096))
                .map(text -> Arguments.of(text, text.split("\\R", 2)[0]));
    }

    @ParameterizedTest
    @MethodSource("good")
    @DisplayName("gives its first line")
    void firstLine(String content, String line) throws IOException {
        assertEquals(line, read(content.getBytes(StandardCharsets.UTF_8)));
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("has an empty first line", "\ns3cret\n".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("is UTF-16 text; save it as UTF-8", "s3cret\n".getBytes(StandardCharsets.UTF_16)),
                Arguments.of("is UTF-16 text; save it as UTF-8", "s3cret\n".getBytes(StandardCharsets.UTF_16LE)),
                Arguments.of("is UTF-16 text; save it as UTF-8", "s3cret\n".getBytes(StandardCharsets.UTF_16BE)),
                Arguments.of(
                        "begins with a byte order mark; save it as UTF-8 without one",
                        "\uFEFFs3cret\n".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("is not UTF-8 text; save it as UTF-8", "s3cretäö\n".getBytes(StandardCharsets.ISO_8859_1)),
                Arguments.of("is no text: it has control characters", new byte[] {'s', '3', 0, 0, 7, 'c'}),
                Arguments.of(
                        "is not UTF-8 text; save it as UTF-8", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n'}),
                Arguments.of(
                        "has a first line of more than 4096 bytes",
                        "s3cret".repeat(100_000).getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("bad")
    @DisplayName("is refused with one line that names it and not its content")
    void refused(String why, byte[] content) {
        Path file = folder.resolve("password");
        String message =
                assertThrows(ParameterException.class, () -> read(content)).getMessage();
        assertEquals("--password-file " + file + " " + why, message);
        assertFalse(message.contains("s3"), message);
    }

    @Test
    @DisplayName("is not a folder")
    void folder() {
        String message = assertThrows(
                        ParameterException.class, () -> Secrets.firstLine(program(), "--password-file", folder))
                .getMessage();
        assertTrue(message.startsWith("--password-file cannot be read: "), message);
    }

    private static CommandSpec program() {
        return new CommandLine(CommandSpec.create()).getCommandSpec();
    }

    private String read(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("password"), content);
        return Secrets.firstLine(program(), "--password-file", file);
    }
}
