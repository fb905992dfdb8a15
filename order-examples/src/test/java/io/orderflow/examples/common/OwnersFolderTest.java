package io.orderflow.examples.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may look into a shop's data. */
class OwnersFolderTest {
    @TempDir
    private Path temporary;

    @Test
    void theDatabaseIsItsOwnersAlone() throws IOException, SQLException {
        Path folder = temporary.resolve("deep").resolve("data");
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no owners here");
        try (EmbeddedDatabase database = new EmbeddedDatabase(folder)) {
            database.getConnection().close();
        }
        assertEquals("rwx------", rights(folder));
        assertEquals("rw-------", rights(folder.resolve("shop.mv.db")));
    }

    @Test
    void aFolderThatIsThereIsLeftAsItIs() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("mine"));
        OwnersFolder.make(folder);
        Path file = Files.createFile(temporary.resolve("file"));
        assertThrows(IOException.class, () -> OwnersFolder.make(file));
    }

    @Test
    void aFolderThatNobodyMayEnterIsNoSurprise() throws IOException {
        assumeTrue(temporary.getFileSystem().supportedFileAttributeViews().contains("posix"), "no owners here");
        Path folder = Files.createDirectory(temporary.resolve("shut"));
        Files.setPosixFilePermissions(folder, Set.of());
        OwnersFolder.make(folder);
        assertEquals("---------", rights(folder));
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
