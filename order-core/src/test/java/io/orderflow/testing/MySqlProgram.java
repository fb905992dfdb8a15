package io.orderflow.testing;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code mariadbd} or a real {@code mysqld}, as durable as they come: a flush per commit, and MySQL with its binary
 * log.
 */
record MySqlProgram(ServerKind kind, Path path) implements ServerProgram {

    private static final Map<Path, Path> TEMPLATES = new ConcurrentHashMap<>();
    private static final Map<Path, Path> PLUGIN_FOLDERS = new ConcurrentHashMap<>();
    private static final String PLUGIN_FOLDER = "plugin-dir ";
    private static final String TEMPLATES_PROPERTY = "test.templates";
    private static final String MYSQLD_PROPERTY = "test.mysqld";
    private static final String NEWER_PROPERTY = "test.mariadbd.newer";
    private static final String NEWER_VARIABLE = "ORDER_TEST_MARIADBD_NEWER";
    private static final String MYSQLD_VARIABLE = "ORDER_TEST_MYSQLD";

    static Optional<MySqlProgram> findMariaDb() {
        return Programs.find("mariadbd")
                .or(() -> Programs.find("mysqld").filter(MySqlProgram::isMariaDb))
                .filter(found -> Programs.find("mariadb-install-db").isPresent())
                .map(found -> new MySqlProgram(ServerKind.MARIADB, found));
    }

    /** A later MariaDB than the machine's own, if one was named; its {@code mariadb-install-db} stands beside it. */
    static Optional<MySqlProgram> findNewerMariaDb() {
        String named = System.getProperty(NEWER_PROPERTY, System.getenv().getOrDefault(NEWER_VARIABLE, ""));
        if (named.isEmpty()) {
            BuildConsole.sayOnce("newer MariaDB: tests skipped: " + NEWER_VARIABLE + " names none");
            return Optional.empty();
        }
        Path path = Path.of(named);
        if (!Files.isExecutable(path) || !isMariaDb(path)) {
            throw new IllegalStateException(
                    NEWER_PROPERTY + " or " + NEWER_VARIABLE + " must name a mariadbd: " + named);
        }
        return Optional.of(new MySqlProgram(ServerKind.MARIADB, path));
    }

    /** The {@code mysqld} that was named, or the one on the PATH; several systems install MariaDB under that name. */
    static Optional<MySqlProgram> findMySql() {
        String named = System.getProperty(MYSQLD_PROPERTY, System.getenv().getOrDefault(MYSQLD_VARIABLE, ""));
        if (named.isEmpty()) {
            return Programs.find("mysqld")
                    .filter(found -> !isMariaDb(found))
                    .map(found -> new MySqlProgram(ServerKind.MYSQL, found));
        }
        Path path = Path.of(named);
        if (!Files.isExecutable(path) || isMariaDb(path)) {
            throw new IllegalStateException(
                    MYSQLD_PROPERTY + " or " + MYSQLD_VARIABLE + " must name the mysqld of a MySQL server: " + named);
        }
        return Optional.of(new MySqlProgram(ServerKind.MYSQL, path));
    }

    private static boolean isMariaDb(Path program) {
        return Programs.run(List.of(program.toString(), "--no-defaults", "--version"))
                .contains("MariaDB");
    }

    /**
     * Copies a data folder that was set up once for this JVM, since setting one up takes seconds; once for all JVMs
     * that are given the same folder for it.
     */
    @Override
    public void prepare(Path folder) {
        String shared = System.getProperty(TEMPLATES_PROPERTY, "");
        Path template = TEMPLATES.computeIfAbsent(
                path, first -> shared.isEmpty() ? initialise(Reaper.folder()) : initialiseOnce(Path.of(shared)));
        Path data = folder.resolve("data");
        Programs.run(List.of("cp", "-R", template.toString(), data.toString()));
        try {
            // MySQL's id of itself: two servers that talk to each other must not have the same
            Files.deleteIfExists(data.resolve("auto.cnf"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whoever is first sets it up while the other JVMs wait, and gives it its name when it is whole. */
    Path initialiseOnce(Path folder) {
        String name = path.toAbsolutePath().toString().replace('/', '-').substring(1);
        try {
            Files.createDirectories(folder);
            Path template = folder.resolve(name);
            try (FileChannel turns = FileChannel.open(folder.resolve(name + ".lock"), CREATE, WRITE)) {
                turns.lock();
                if (!Files.exists(template)) {
                    Files.move(initialise(folder), template, ATOMIC_MOVE);
                }
                return template;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path initialise(Path folder) {
        Path data = newTemplate(folder);
        List<String> command = new ArrayList<>();
        if (kind == ServerKind.MARIADB) {
            Path beside = path.resolveSibling("mariadb-install-db");
            command.add((Files.isExecutable(beside)
                            ? beside
                            : Programs.find("mariadb-install-db").orElseThrow())
                    .toString());
            command.addAll(List.of("--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"));
        } else {
            command.addAll(List.of(path.toString(), "--no-defaults", "--initialize-insecure", "--skip-log-bin"));
            command.addAll(List.of("--loose-innodb-redo-log-capacity=32M", "--innodb-flush-method=nosync"));
        }
        command.add("--datadir=" + data);
        command.add("--tmpdir=" + temporaryFolder(Reaper.folder()));
        addUser(command);
        Programs.run(command);
        return data;
    }

    /** Another one each time: what an attempt left behind that failed would make all later ones fail. */
    private Path newTemplate(Path folder) {
        try {
            return Files.createTempDirectory(folder, "template-" + kind.program() + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> command(Path folder, int port) {
        List<String> command = new ArrayList<>(List.of(path.toString(), "--no-defaults"));
        command.add("--datadir=" + folder.resolve("data"));
        command.add("--socket=" + socket(folder));
        command.add("--pid-file=" + folder.resolve("server.pid"));
        command.add("--tmpdir=" + temporaryFolder(folder));
        command.add("--port=" + port);
        command.addAll(List.of("--bind-address=127.0.0.1", "--skip-networking=0", "--max-connections=200"));
        command.addAll(List.of("--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=1"));
        if (kind == ServerKind.MYSQL) {
            command.addAll(List.of(
                    "--loose-mysqlx=OFF",
                    "--log-bin=binlog",
                    "--sync-binlog=1",
                    "--loose-innodb-redo-log-capacity=128M"));
        }
        addUser(command);
        return command;
    }

    /** Where it looks for plug-ins, which is in a line of its long help; asked once, since that starts the program. */
    Path pluginFolder() {
        return PLUGIN_FOLDERS.computeIfAbsent(path, MySqlProgram::saidPluginFolder);
    }

    private static Path saidPluginFolder(Path program) {
        String line = Programs.run(List.of(
                "sh",
                "-c",
                "\"$0\" --no-defaults --verbose --help | grep '^" + PLUGIN_FOLDER + "'",
                program.toString()));
        return Path.of(line.substring(PLUGIN_FOLDER.length()).strip());
    }

    private static Path socket(Path folder) {
        return folder.resolve("data").resolve("s.sock");
    }

    /** A killed MySQL leaves its process id, and the next one does not start while that is anybody's again. */
    @Override
    public void tidy(Path folder) throws IOException {
        Files.deleteIfExists(Path.of(socket(folder) + ".lock"));
    }

    /** A server that starts deletes what looks like temporary tables in this folder, so it must be nobody else's. */
    private static Path temporaryFolder(Path parent) {
        try {
            return Files.createDirectories(parent.resolve("tmp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addUser(List<String> command) {
        if (Programs.isRoot()) {
            command.add("--user=root");
        }
    }

    @Override
    public boolean answers(ServerAddress server) {
        return MySqlServer.answers(server);
    }

    @Override
    public void afterFirstStart(ServerAddress server) {
        MySqlServer.createUser(server);
    }
}
