package io.orderflow.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code mariadbd} as a node of a Galera cluster of this machine. The first node that starts on an empty folder is the
 * cluster, all others and all restarts join it: a node that was killed gets what it lacks, and not all data again.
 *
 * @param mariaDb the program
 * @param groupPorts where the nodes talk to each other, by their numbers
 * @param number of this node, from 0
 * @param catchUpPort where it gets what it lacks
 * @param copyPort where it gets all data
 */
record GaleraProgram(MySqlProgram mariaDb, List<Integer> groupPorts, int number, int catchUpPort, int copyPort)
        implements ServerProgram {
    /** Where Debian's package galera-4 puts it. */
    private static final Path PROVIDER = Path.of("/usr/lib/galera/libgalera_smm.so");

    /** The user for a test that runs as root: rsync as root would write to the copy as this one. */
    private static final String USER = "nobody";

    private static final Pattern POSITION = Pattern.compile("Recovered position: *(\\S+)");

    /** The programs for that many nodes, if this machine has what they need; a line says what is missing. */
    static Optional<List<GaleraProgram>> find(int nodes) {
        boolean complete = Files.exists(PROVIDER) && Programs.find("rsync").isPresent();
        Optional<MySqlProgram> mariaDb = MySqlProgram.findMariaDb();
        if (!complete || mariaDb.isEmpty()) {
            BuildConsole.sayOnce("Galera: tests skipped: they need mariadbd, " + PROVIDER
                    + " and rsync (Debian: mariadb-server, galera-4, rsync)");
            return Optional.empty();
        }
        List<Integer> ports =
                IntStream.range(0, nodes).map(node -> Ports.free()).boxed().toList();
        return Optional.of(IntStream.range(0, nodes)
                .mapToObj(node -> new GaleraProgram(mariaDb.get(), ports, node, Ports.free(), Ports.free()))
                .toList());
    }

    /**
     * What a server is a node of.
     *
     * @throws IllegalStateException if it is none
     */
    static GaleraProgram of(ServerProgram program) {
        if (program instanceof GaleraProgram galera) {
            return galera;
        }
        throw new IllegalStateException(program + " is no node of a Galera cluster");
    }

    @Override
    public Path path() {
        return mariaDb.path();
    }

    @Override
    public void prepare(Path folder) {
        mariaDb.prepare(folder);
        if (Programs.isRoot()) {
            Programs.run(List.of("chown", "-R", USER, folder.toString()));
        }
    }

    private List<String> server(Path folder, int port) {
        List<String> command = new ArrayList<>(mariaDb.command(folder, port));
        if (Programs.isRoot()) {
            command.add("--user=" + USER);
            Programs.run(List.of("chown", USER, folder.resolve("tmp").toString()));
        }
        return command;
    }

    @Override
    public List<String> command(Path folder, int port) {
        boolean known = Files.exists(state(folder));
        List<String> command = server(folder, port);
        boolean begins = known ? isSafeToBootstrap(folder) : number == 0;
        command.addAll(options(begins ? "gcomm://" : "gcomm://" + all()));
        command.add("--wsrep-node-incoming-address=127.0.0.1:" + port);
        if (begins) {
            command.add("--wsrep-new-cluster");
        }
        if (known) {
            position(folder, port).ifPresent(position -> command.add("--wsrep-start-position=" + position));
        }
        return command;
    }

    private static Path state(Path folder) {
        return folder.resolve("data").resolve("grastate.dat");
    }

    private static boolean isSafeToBootstrap(Path folder) {
        try {
            return Files.readString(state(folder)).contains("safe_to_bootstrap: 1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has the next start of a node that was killed begin a cluster, as {@code galera_new_cluster} does. */
    void bootstrapNext(Path folder) {
        try {
            String said = Files.readString(state(folder));
            Files.writeString(state(folder), said.replace("safe_to_bootstrap: 0", "safe_to_bootstrap: 1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> options(String cluster) {
        return List.of(
                "--binlog-format=ROW",
                "--innodb-autoinc-lock-mode=2",
                "--wsrep-on=ON",
                "--wsrep-provider=" + PROVIDER,
                "--wsrep-cluster-name=order-test",
                "--wsrep-cluster-address=" + cluster,
                "--wsrep-node-name=node" + number,
                "--wsrep-node-address=127.0.0.1",
                "--wsrep-sst-method=rsync",
                "--wsrep-sst-receive-address=127.0.0.1:" + copyPort,
                "--wsrep-slave-threads=2",
                "--wsrep-provider-options=base_host=127.0.0.1;base_port=" + groupPorts.get(number)
                        + ";gmcast.listen_addr=tcp://127.0.0.1:" + groupPorts.get(number)
                        + ";ist.recv_addr=127.0.0.1:" + catchUpPort + ";gcache.size=64M");
    }

    private String all() {
        return groupPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** How far a node came that was killed, which its files tell after a recovery. */
    Optional<String> position(Path folder, int port) {
        List<String> recovery = server(folder, port);
        recovery.addAll(options("gcomm://" + all()));
        recovery.add("--wsrep-recover");
        recovery.add("--skip-networking");
        Matcher found = POSITION.matcher(Programs.run(recovery));
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    @Override
    public void tidy(Path folder) throws IOException {
        mariaDb.tidy(folder);
    }

    /** A node that does not belong to the cluster yet answers too, and refuses to work. */
    @Override
    public boolean answers(ServerAddress server) {
        try (Connection connection = MySqlServer.connectAsAdmin(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'wsrep_ready'")) {
            return row.next() && row.getString(2).equals("ON");
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Override
    public void afterFirstStart(ServerAddress server) {
        mariaDb.afterFirstStart(server);
    }
}
