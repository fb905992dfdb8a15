package io.orderflow.examples.common;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file for what not everybody may read. */
public final class NewFile {
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private NewFile() {}

    /**
     * Writes a file that is not there yet, and that only its owner may read, where the file system knows owners.
     *
     * @param option the option that names it, for the message
     * @throws ProgramException if it is there, or cannot be written
     */
    public static void write(String option, Path file, byte[] bytes) {
        try (SeekableByteChannel channel = Files.newByteChannel(file, NEW, rights(file))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ProgramException(option + " is there already: " + file, e);
        } catch (IOException e) {
            throw new ProgramException(option + " cannot be written: " + e, e);
        }
    }

    private static FileAttribute<?>[] rights(Path file) {
        boolean knowsOwners = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return knowsOwners
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
