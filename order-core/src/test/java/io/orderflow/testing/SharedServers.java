package io.orderflow.testing;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The servers that all tests of a JVM share, one of each kind, found or started at first use: given by a property, in
 * Docker, or a program of this machine. Where none is found the test is skipped, or fails when the run demands servers;
 * the reason is printed once for each kind. Threadsafe.
 */
public final class SharedServers {

    private static final Map<ServerKind, Search> SEARCHES = new EnumMap<>(ServerKind.class);

    private SharedServers() {}

    /**
     * The shared server of a kind.
     *
     * @throws org.opentest4j.TestAbortedException if there is none and the run does not demand it
     * @throws AssertionError if there is none and the run demands it
     * @throws IllegalStateException if one was found and does not come up
     */
    public static ServerAddress require(ServerKind kind) {
        return search(kind).server();
    }

    /**
     * The program for a server of the test's own; the same outcomes as {@link #require}, except that given servers and
     * Docker do not count.
     */
    static ServerProgram requireProgram(ServerKind kind) {
        return search(kind).program();
    }

    private static synchronized Search search(ServerKind kind) {
        return SEARCHES.computeIfAbsent(requireNonNull(kind, "kind"), Search::new);
    }

    /** What is known about one kind; the outcome of the first search, a failure included, is that of all later ones. */
    private static final class Search {

        private final ServerKind kind;
        private final Optional<String> given;
        private Supplier<Optional<ServerAddress>> outcome;
        private boolean printed;

        Search(ServerKind kind) {
            this.kind = kind;
            this.given = Optional.ofNullable(System.getProperty(kind.locationProperty()));
            this.outcome = this::firstSearch;
        }

        synchronized ServerAddress server() {
            refuseIfNone();
            return outcome.get()
                    .orElseGet(() -> skip(missing("no server given (-D" + kind.locationProperty() + "), "
                            + (Docker.answers() ? "Docker could not start it" : "no Docker") + ", " + noProgram())));
        }

        synchronized ServerProgram program() {
            refuseIfNone();
            Optional<? extends ServerProgram> found = ServerProgram.find(kind);
            return found.isPresent() ? found.get() : skip(missing(noProgram()));
        }

        private Optional<ServerAddress> firstSearch() {
            try {
                Optional<ServerAddress> found = given.map(location -> ServerAddress.given(kind, location))
                        .or(() -> Docker.start(kind))
                        .or(this::startProgram);
                outcome = () -> found;
                return found;
            } catch (RuntimeException e) {
                outcome = () -> {
                    throw new IllegalStateException(kind.title() + " did not come up when it was first needed", e);
                };
                throw e;
            }
        }

        private Optional<ServerAddress> startProgram() {
            return ServerProgram.find(kind)
                    .map(program -> PrivateServer.start(kind, program).address());
        }

        private void refuseIfNone() {
            if (ServerMode.of(kind) == ServerMode.NONE) {
                skip(kind.title() + ": tests skipped: -Dservers=none");
            }
        }

        private String noProgram() {
            return "no " + kind.program() + " program found"
                    + (kind == ServerKind.MYSQL ? " (ORDER_TEST_MYSQLD can name one)" : "");
        }

        private String missing(String reason) {
            boolean required = ServerMode.of(kind) == ServerMode.REQUIRED;
            String outcome = required ? "failed, since -Dservers=" + ServerMode.demanded() + ": " : "skipped: ";
            return kind.title() + ": tests " + outcome + reason;
        }

        private <T> T skip(String message) {
            if (!printed) {
                printed = true;
                BuildConsole.sayOnce(message);
            }
            if (ServerMode.of(kind) == ServerMode.REQUIRED) {
                return Assertions.fail(message);
            }
            return Assumptions.abort(message);
        }
    }
}
