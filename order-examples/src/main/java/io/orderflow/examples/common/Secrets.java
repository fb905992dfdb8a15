package io.orderflow.examples.common;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Passwords and keys from files, since other users of the machine can see a command line. */
public final class Secrets {
    private static final int LONGEST_LINE = 4_096;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Secrets() {}

    /**
     * The first line of the file that an option names, which is text in UTF-8; empty if the file is, as for a user who
     * has no password.
     *
     * @throws ParameterException if the file cannot be read, or its first line is longer than 4,096 bytes, in another
     *     encoding, no text, or empty before others; the message never has what is in the file
     */
    public static String firstLine(CommandSpec program, String option, Path file) {
        try {
            return line(start(file));
        } catch (CharacterCodingException e) {
            throw wrong(program, option + " " + file + " is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw wrong(program, option + " cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            throw wrong(program, option + " " + file + " " + e.getMessage());
        }
    }

    private static ParameterException wrong(CommandSpec program, String message) {
        return new ParameterException(program.commandLine(), message);
    }

    private static byte[] start(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LONGEST_LINE + 1);
        }
    }

    private static String line(byte[] start) throws CharacterCodingException {
        require(!isUtf16(start), "is UTF-16 text; save it as UTF-8");
        int end = 0;
        while (end < start.length && start[end] != '\n' && start[end] != '\r') {
            end++;
        }
        require(end > 0 || new String(start, StandardCharsets.ISO_8859_1).isBlank(), "has an empty first line");
        require(end <= LONGEST_LINE, "has a first line of more than " + LONGEST_LINE + " bytes");
        String line = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(start, 0, end))
                .toString();
        require(line.indexOf(BYTE_ORDER_MARK) != 0, "begins with a byte order mark; save it as UTF-8 without one");
        require(line.chars().noneMatch(Character::isISOControl), "is no text: it has control characters");
        return line;
    }

    /** By its mark or, without one, by the empty half of its first character. */
    private static boolean isUtf16(byte[] start) {
        if (start.length < 2) {
            return false;
        }
        int both = (start[0] & 0xFF) << 8 | start[1] & 0xFF;
        return both == 0xFEFF || both == 0xFFFE || (start[0] == 0) != (start[1] == 0);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
