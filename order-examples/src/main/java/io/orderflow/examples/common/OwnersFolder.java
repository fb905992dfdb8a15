package io.orderflow.examples.common;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a shop's data from everybody but its owner, where the file system knows owners. */
final class OwnersFolder {
    private static final Logger log = LoggerFactory.getLogger(OwnersFolder.class);
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private OwnersFolder() {}

    /** Makes a folder that only its owner can enter; warns when there is one that others can enter. */
    static void make(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            if (knowsOwners(folder)) {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
            } else {
                Files.createDirectory(folder);
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            warnIfOpen(folder);
        }
    }

    /** Takes every right to a file from all but its owner, as far as this user may. */
    static void close(Path file) {
        try {
            if (knowsOwners(file)) {
                Files.setPosixFilePermissions(file, FILE);
            }
        } catch (IOException e) {
            log.warn("the rights of {} cannot be set, others may read it: {}", file, e.toString());
        }
    }

    private static void warnIfOpen(Path folder) throws IOException {
        if (!knowsOwners(folder)) {
            return;
        }
        Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
        others.addAll(Files.getPosixFilePermissions(folder));
        others.removeAll(FOLDER);
        if (!others.isEmpty()) {
            log.warn("other users of this machine can enter {}, which has a shop's data; run chmod 700", folder);
        }
    }

    private static boolean knowsOwners(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
