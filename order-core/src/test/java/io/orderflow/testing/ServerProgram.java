package io.orderflow.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server program of this machine: how to set up a data folder for it, start it there and ask whether it is up.
 * Stateless.
 */
interface ServerProgram {

    /** The program for a kind of server, if this machine has it. */
    static Optional<? extends ServerProgram> find(ServerKind kind) {
        return switch (kind) {
            case MARIADB -> MySqlProgram.findMariaDb();
            case MYSQL -> MySqlProgram.findMySql();
            case REDIS -> RedisProgram.find();
            case RABBITMQ -> RabbitProgram.find();
        };
    }

    /** Where the program is, for messages. */
    Path path();

    /** Fills a new folder with what the first start needs. */
    void prepare(Path folder);

    /** Removes what a killed server left that could keep the next one from starting. */
    default void tidy(Path folder) throws IOException {}

    /** The command that becomes the server: a script in it must replace itself, so that signals meet the server. */
    List<String> command(Path folder, int port);

    /** Added to the environment of that command. */
    default Map<String, String> environment(Path folder, int port) {
        return Map.of();
    }

    /** Asks, in a bounded time, whether the server does its work. */
    boolean answers(ServerAddress server);

    /** Called once, when the server answers for the first time. */
    default void afterFirstStart(ServerAddress server) {}

    /** The command line of a tool that stands beside the program. */
    default List<String> tool(List<String> command) {
        List<String> line = new ArrayList<>(command);
        line.set(0, path().resolveSibling(command.get(0)).toString());
        return line;
    }
}
