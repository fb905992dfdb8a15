package io.orderflow.examples.common;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.UUID;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.tools.Server;

/**
 * The shop's database when there is no server: one H2 file in a folder. Thread-safe.
 *
 * <p>H2 locks its file to one process. The process that has it lets the others in through a door: a port on loopback,
 * under a secret name that only the folder's owner can read. Every connection tries the file first and the door then,
 * so that any process may come and go in any order. H2's own AUTO_SERVER does the same, but its lock file delays a
 * restart after kill -9 by four seconds, and it insists on closing the database while the JVM's other shutdown hooks
 * still need it.
 */
final class EmbeddedDatabase extends ConnectionSource implements AutoCloseable {
    private static final String SETTINGS = ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
            // 500 ms unless told otherwise: acknowledged commits would be lost on kill -9
            + ";WRITE_DELAY=0"
            // what H2 refuses, the caller is told; nobody reads a trace file that grows beside the data
            + ";TRACE_LEVEL_FILE=0"
            // the program closes the database itself, after its orders in work are decided
            + ";DB_CLOSE_ON_EXIT=FALSE";

    private static final String NAME = "shop";

    static {
        // read by H2 when its first class is loaded; without it the door is on every address, and turns away who is not
        // local
        if (System.getProperty("h2.bindAddress") == null) {
            System.setProperty("h2.bindAddress", "127.0.0.1");
        }
    }

    /** Through other ways to a file, one interrupted thread would close the database for all. */
    private static final String WAY = "async:";

    private final Path file;
    private final Path doorFile;
    private final Object lock = new Object();
    private Optional<Door> door = Optional.empty();
    private boolean closed;

    /** Names the database in a folder, which is made if it is not there; opens nothing yet. */
    EmbeddedDatabase(Path folder) {
        Path absolute = requireNonNull(folder, "folder").toAbsolutePath().normalize();
        if (absolute.toString().indexOf(';') >= 0) {
            throw new ProgramException("the database's folder must not have a semicolon in its path: " + absolute);
        }
        try {
            OwnersFolder.make(absolute);
        } catch (IOException e) {
            throw new ProgramException("cannot make the database's folder " + absolute + ": " + e, e);
        }
        file = absolute.resolve(NAME);
        doorFile = absolute.resolve(NAME + ".door");
    }

    /** Whether a folder has such a database. */
    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(NAME + ".mv.db"));
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            Connection connection = connect("jdbc:h2:" + WAY + file);
            openDoor();
            return connection;
        } catch (SQLException e) {
            if (e.getErrorCode() != ErrorCode.DATABASE_ALREADY_OPEN_1) {
                throw e;
            }
            return connectThroughDoor(e);
        }
    }

    private Connection connectThroughDoor(SQLException locked) throws SQLException {
        try {
            return connect(Files.readString(doorFile).strip());
        } catch (IOException | SQLException e) {
            SQLException shut = new SQLException(
                    "another process has " + file
                            + ".mv.db open and lets nobody in now; stop it, or try again when it is ready",
                    locked.getSQLState(),
                    locked.getErrorCode(),
                    e);
            shut.addSuppressed(locked);
            throw shut;
        }
    }

    private static Connection connect(String url) throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(url + SETTINGS);
        source.setUser("sa");
        source.setPassword("");
        return source.getConnection();
    }

    private void openDoor() throws SQLException {
        synchronized (lock) {
            if (door.isEmpty() && !closed) {
                OwnersFolder.close(file.resolveSibling(NAME + ".mv.db"));
                door = Optional.of(Door.open(file, doorFile));
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            door.ifPresent(Door::close);
            door = Optional.empty();
        }
    }

    /** The way in for other processes of the same owner. */
    private record Door(Server server, Path doorFile, String url) {
        static Door open(Path file, Path doorFile) throws SQLException {
            String secret = UUID.randomUUID().toString();
            Server server = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon", "-key", secret, WAY + file)
                    .start();
            String url = "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + secret;
            try {
                // a temporary file is readable by its owner alone, and nobody ever sees half of the door's address
                Path whole = Files.createTempFile(doorFile.getParent(), "door", ".tmp");
                Files.writeString(whole, url);
                Files.move(whole, doorFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                server.stop();
                throw new SQLException("cannot write " + doorFile + ": " + e, e);
            }
            return new Door(server, doorFile, url);
        }

        void close() {
            server.stop();
            try {
                if (Files.readString(doorFile).equals(url)) {
                    Files.delete(doorFile);
                }
            } catch (NoSuchFileException gone) {
                // the next owner of the database took it away
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        return "embedded database " + file.getParent();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the embedded database has one user");
    }
}
