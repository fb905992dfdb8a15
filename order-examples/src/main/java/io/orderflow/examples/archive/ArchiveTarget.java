package io.orderflow.examples.archive;

import io.orderflow.ArchiveFile;
import io.orderflow.ArchiveSink;
import io.orderflow.ArchivedOrder;
import io.orderflow.examples.common.NewFile;
import io.orderflow.examples.common.ProgramException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The file of a run. One that is there is opened at once, so that what is wrong with it is told before any order is
 * read. A new one is made when there is something to write, and belongs to its owner alone: it has what buyers bought.
 * Used by one thread.
 */
final class ArchiveTarget implements ArchiveSink, Closeable {
    private static final String OPTION = "--to";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path path;
    private Optional<ArchiveFile> file = Optional.empty();

    private ArchiveTarget(Path path) {
        this.path = path;
    }

    /**
     * The file that is meant, of which nothing is opened yet.
     *
     * @param to a file, or a folder in which each run has a file of its own
     * @throws ProgramException if it cannot be written there
     */
    static ArchiveTarget at(Path to) {
        Path path = Files.isDirectory(to) ? to.resolve(nameOfRun()) : to;
        boolean possible = Files.exists(path)
                ? Files.isRegularFile(path) && Files.isWritable(path)
                : isFolderToWriteIn(path.toAbsolutePath().getParent());
        if (!possible) {
            throw new ProgramException(OPTION + " must be a file that can be written, or be a folder or in one: " + to);
        }
        return new ArchiveTarget(path);
    }

    private static boolean isFolderToWriteIn(Path folder) {
        return Files.isDirectory(folder) && Files.isWritable(folder);
    }

    /** Two that begin in the same millisecond on one machine are two processes. */
    private static String nameOfRun() {
        return "orders-" + TIME.format(Instant.now()) + "-"
                + ProcessHandle.current().pid() + ".jsonl.gz";
    }

    /**
     * Opens the file if it is there.
     *
     * @return this
     * @throws ProgramException if it is in use, or no archive of orders
     */
    ArchiveTarget opened() {
        if (Files.exists(path)) {
            try {
                file = Optional.of(ArchiveFile.open(path));
            } catch (IOException e) {
                throw cannotBeWritten(e);
            }
        }
        return this;
    }

    @Override
    public void write(List<ArchivedOrder> orders) throws IOException {
        if (file.isEmpty()) {
            NewFile.write(OPTION, path, new byte[0]);
            file = Optional.of(ArchiveFile.open(path));
        }
        file.get().write(orders);
    }

    /** What to tell of a failure to write. */
    static ProgramException cannotBeWritten(IOException e) {
        return new ProgramException(OPTION + " cannot be written: " + e.getMessage(), e);
    }

    /** The file, for a person; empty if there is none. */
    Optional<String> written() {
        return file.map(opened -> path.toString());
    }

    @Override
    public void close() {
        file.ifPresent(opened -> {
            try {
                opened.close();
            } catch (IOException e) {
                throw cannotBeWritten(e);
            }
        });
    }
}
