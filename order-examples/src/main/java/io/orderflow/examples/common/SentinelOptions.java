package io.orderflow.examples.common;

import io.orderflow.queue.redis.RedisQueue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The options for Sentinels that have users of their own, beside those of the server. A part of {@link QueueOptions}.
 */
final class SentinelOptions {
    static final String PASSWORD_VARIABLE = "ORDER_SENTINEL_PASSWORD";
    private static final String USER = "--sentinel-user";
    private static final String PASSWORD_FILE = "--sentinel-password-file";

    @Option(
            names = USER,
            paramLabel = "NAME",
            description = "With redis-sentinel:, the user of the Sentinels. Default: their default user. Their password"
                    + " comes from the environment variable " + PASSWORD_VARIABLE + ", or from:")
    private Optional<String> user;

    @Option(
            names = PASSWORD_FILE,
            paramLabel = "FILE",
            description = "A file whose first line is the Sentinels' password.")
    private Optional<Path> passwordFile;

    /** Made by the command line. */
    SentinelOptions() {}

    /** The options that were given, without secrets, to be given to another program. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        user.ifPresent(given -> arguments.addAll(List.of(USER, given)));
        passwordFile.ifPresent(file -> arguments.addAll(List.of(PASSWORD_FILE, file.toString())));
        return arguments;
    }

    /**
     * Refuses what was given for a queue that has no Sentinels.
     *
     * @param shown the queue, without secrets
     * @throws ParameterException if anything was
     */
    void refuse(CommandSpec program, String shown) {
        if (!arguments().isEmpty()) {
            throw new ParameterException(
                    program.commandLine(), arguments().get(0) + " needs a redis-sentinel: queue: " + shown);
        }
    }

    /**
     * Sets what was given.
     *
     * @throws ParameterException if the file cannot be read
     */
    void applyTo(RedisQueue.Builder builder, CommandSpec program, Map<String, String> environment) {
        user.ifPresent(builder::sentinelUser);
        passwordFile
                .map(file -> Secrets.firstLine(program, PASSWORD_FILE, file))
                .or(() -> Optional.ofNullable(environment.get(PASSWORD_VARIABLE)))
                .filter(text -> !text.isEmpty())
                .ifPresent(builder::sentinelPassword);
    }
}
