package io.orderflow.examples.export;

import io.orderflow.examples.common.NewFile;
import io.orderflow.examples.common.ProgramException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file of an export. What is written stands in a file beside it, which takes its name when it is whole. It belongs
 * to its owner alone: it has what buyers bought. Used by one thread.
 */
final class ExportFile implements AutoCloseable {
    private static final String OPTION = "--to";

    private final Path path;
    private final Path part;
    private final BufferedWriter writer;

    private ExportFile(Path path, Path part, BufferedWriter writer) {
        this.path = path;
        this.part = part;
        this.writer = writer;
    }

    /**
     * Begins one.
     *
     * @param force whether one that is there is replaced
     * @throws ProgramException if it is there otherwise, or cannot be written
     */
    static ExportFile begin(Path path, boolean force) {
        if (Files.exists(path) && !(force && Files.isRegularFile(path))) {
            throw new ProgramException(OPTION + " is there already"
                    + (Files.isRegularFile(path) ? "; --force replaces it: " : " and is no file: ") + path);
        }
        Path part = path.resolveSibling(
                path.getFileName() + ".part-" + ProcessHandle.current().pid());
        NewFile.write(OPTION, part, new byte[0]);
        try {
            return new ExportFile(
                    path, part, Files.newBufferedWriter(part, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }

    /**
     * Writes some lines.
     *
     * @throws ProgramException if it cannot
     */
    void write(String lines) {
        try {
            writer.write(lines);
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }

    /**
     * Gives it its name.
     *
     * @throws ProgramException if it cannot
     */
    void complete() {
        try {
            writer.close();
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }

    private static ProgramException cannotBeWritten(IOException e) {
        return new ProgramException(OPTION + " cannot be written: " + e, e);
    }

    /** Takes away what is not whole. */
    @Override
    public void close() {
        try (writer) {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw cannotBeWritten(e);
        }
    }
}
