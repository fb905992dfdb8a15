package io.orderflow.examples.common;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where the shop's data is. A mixin of every program that works on a shop. */
public final class ShopOptions {
    static final String PASSWORD_VARIABLE = "ORDER_DB_PASSWORD";
    private static final String EMBEDDED = "embedded";
    private static final String EMBEDDED_FOLDER = "order-data";
    private static final int LARGEST_POOL = 1_000;
    private static final int LONGEST_PREFIX = 31;
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_]{0," + (LONGEST_PREFIX - 1) + "}");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--db",
            paramLabel = "WHERE",
            defaultValue = EMBEDDED,
            description = "The database: embedded (an H2 file in ./" + EMBEDDED_FOLDER
                    + "), embedded:FOLDER, or a URL for MySQL and MariaDB: jdbc:mysql://HOST:3306/DATABASE, or"
                    + " jdbc:mariadb: for MariaDB's own driver."
                    + " jdbc:h2: URLs are taken as they are. Default: ${DEFAULT-VALUE}")
    private String database;

    @Option(
            names = "--db-user",
            paramLabel = "NAME",
            description = "The database's user. Default: root for MySQL, sa for H2. The password comes from the"
                    + " environment variable " + PASSWORD_VARIABLE + ", or from:")
    private Optional<String> user;

    @Option(
            names = "--db-password-file",
            paramLabel = "FILE",
            description = "A file whose first line is the database's password.")
    private Optional<Path> passwordFile;

    @Option(
            names = "--db-pool",
            paramLabel = "N",
            description =
                    "Connections in the pool, " + LARGEST_POOL + " at most. Default: as many as the program needs.")
    private Optional<Integer> pool;

    @Option(
            names = "--table-prefix",
            paramLabel = "PREFIX",
            defaultValue = "orderflow_",
            description = "What every table's name starts with. Default: ${DEFAULT-VALUE}")
    private String tablePrefix;

    /**
     * Opens a shop that must be there already.
     *
     * @param connections how many the program needs in the pool
     * @param wait how long to try again while nothing listens where the database should be
     * @throws ParameterException if an option's value cannot be used
     * @throws ProgramException if there is no embedded database in the folder, or the server cannot be used
     */
    public Shop openExisting(int connections, Duration wait) {
        refuseMissingFolder();
        return open(connections, wait);
    }

    private void refuseMissingFolder() {
        check();
        Optional<Path> folder = embeddedFolder();
        if (folder.isPresent() && !EmbeddedDatabase.isIn(folder.get())) {
            throw new ProgramException(
                    "there is no shop in " + folder.get().toAbsolutePath().normalize()
                            + "; quickstart and serve make one, --db names another");
        }
    }

    /**
     * Opens the shop that the options name, for a program that does one task, and talks to its server, if it has one.
     *
     * @param connections how many the program needs in the pool
     * @param wait how long to try again while nothing listens where the database should be
     * @throws ParameterException if an option's value cannot be used
     * @throws ProgramException if the server cannot be used
     */
    public Shop open(int connections, Duration wait) {
        return reached(open(connections, Shop.Patience.TASK, System.getenv()), wait);
    }

    private static Shop reached(Shop shop, Duration wait) {
        try {
            return shop.reached(wait);
        } catch (RuntimeException e) {
            shop.close();
            throw e;
        }
    }

    /**
     * Opens the same place for a program that works on tables of its own beside the shop's.
     *
     * @param connections how many the program needs in the pool
     * @param suffix what follows the shop's table prefix in the names of the program's own tables
     * @param wait how long to try again while nothing listens where the database should be
     * @throws ParameterException if an option's value cannot be used
     * @throws ProgramException if the server cannot be used
     */
    public Shop openBeside(int connections, String suffix, Duration wait) {
        check();
        int longest = LONGEST_PREFIX - suffix.length();
        if (tablePrefix.length() > longest) {
            throw wrong("--table-prefix must have at most " + longest + " characters, since this program adds " + suffix
                    + ": " + tablePrefix);
        }
        return reached(open(connections, Shop.Patience.TASK, System.getenv(), tablePrefix + suffix), wait);
    }

    /**
     * Opens the shop that the options name, for a service that must answer in time. Its server may be away now.
     *
     * @param connections how many the program needs in the pool
     * @throws ParameterException if an option's value cannot be used
     * @throws ProgramException if the server is there and refuses what no waiting mends, such as the password
     */
    public Shop openForService(int connections) {
        Shop shop = open(connections, Shop.Patience.SERVICE, System.getenv());
        try {
            return shop.unlessMistaken();
        } catch (RuntimeException e) {
            shop.close();
            throw e;
        }
    }

    /**
     * Opens the shop that the options name as a service would have it, without talking to its server: whatever is wrong
     * there is to be seen later. An embedded database must be there.
     *
     * @param connections how many a service needs in the pool
     * @throws ParameterException if an option's value cannot be used
     * @throws ProgramException if there is no embedded database in the folder
     */
    public Shop openToExamine(int connections) {
        refuseMissingFolder();
        return open(connections, Shop.Patience.SERVICE, System.getenv());
    }

    /** The options that make another program open the same shop; passwords only as the names of files. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--db", database, "--table-prefix", tablePrefix));
        user.ifPresent(name -> arguments.addAll(List.of("--db-user", name)));
        passwordFile.ifPresent(file -> arguments.addAll(List.of("--db-password-file", file.toString())));
        return arguments;
    }

    Shop open(int connections, Shop.Patience patience, Map<String, String> environment) {
        return open(connections, patience, environment, tablePrefix);
    }

    private Shop open(int connections, Shop.Patience patience, Map<String, String> environment, String prefix) {
        check();
        int size = poolSize(connections);
        Optional<Path> folder = embeddedFolder();
        if (folder.isPresent()) {
            return Shop.embedded(folder.get(), size, patience, prefix);
        }
        boolean h2 = database.startsWith("jdbc:h2:");
        if (!h2 && !Shop.isServer(database)) {
            throw wrong(
                    "--db must be embedded, embedded:FOLDER, a jdbc:mysql: URL (MariaDB too) or a jdbc:mariadb: URL: "
                            + ShownAddress.of(database));
        }
        String shown = "a URL that has its own: " + ShownAddress.of(database);
        if (UrlLogin.hasPassword(database)) {
            refuseLogin(shown, "--db-password-file");
        }
        Optional<String> name = user.or(() -> Optional.of(h2 ? "sa" : "root"));
        if (UrlLogin.hasUser(database)) {
            refuseLogin(shown, "--db-user");
            name = Optional.empty();
        }
        return Shop.at(database, name, password(environment), size, patience, prefix);
    }

    /** Refuses options that would change nothing. */
    private void refuseLogin(String where, String... options) {
        for (String option : options) {
            if (option.equals("--db-user") ? user.isPresent() : passwordFile.isPresent()) {
                throw wrong(option + " has no effect with --db " + where);
            }
        }
    }

    private Optional<Path> embeddedFolder() {
        if (database.equals(EMBEDDED)) {
            return Optional.of(Path.of(EMBEDDED_FOLDER));
        }
        return database.startsWith(EMBEDDED + ":")
                ? Optional.of(Path.of(database.substring(EMBEDDED.length() + 1)))
                : Optional.empty();
    }

    private void check() {
        if (!PREFIX.matcher(tablePrefix).matches()) {
            throw wrong("--table-prefix must match " + PREFIX + ": " + tablePrefix);
        }
        if (embeddedFolder().isPresent()) {
            refuseLogin(database, "--db-user", "--db-password-file");
        }
    }

    private int poolSize(int connections) {
        int size = pool.orElse(connections);
        if (size < connections) {
            throw wrong("--db-pool must be >= " + connections + ", which is what this program needs: " + size);
        }
        if (pool.isPresent() && size > LARGEST_POOL) {
            throw wrong("--db-pool must be at most " + LARGEST_POOL + ": " + size);
        }
        return size;
    }

    private String password(Map<String, String> environment) {
        return passwordFile.isEmpty()
                ? environment.getOrDefault(PASSWORD_VARIABLE, "")
                : Secrets.firstLine(program, "--db-password-file", passwordFile.get());
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
