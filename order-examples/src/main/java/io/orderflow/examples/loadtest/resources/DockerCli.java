package io.orderflow.examples.loadtest.resources;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The {@code docker} program, which takes its engine from {@code DOCKER_HOST}. Thread-safe. */
final class DockerCli {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * What the program wrote.
     *
     * @throws DockerException if it is not installed, fails, or does not end in time
     */
    String run(String... arguments) throws DockerException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        try {
            // into files: a pipe would have to be read while the time-out runs
            Path output = Files.createTempFile("docker", ".out");
            Path errors = Files.createTempFile("docker", ".err");
            try {
                return run(command, output, errors);
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new DockerException("docker cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException("interrupted while docker was running");
        }
    }

    private static String run(List<String> command, Path output, Path errors)
            throws IOException, InterruptedException, DockerException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new DockerException("docker did not answer within " + PATIENCE.toSeconds() + " s");
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new DockerException("docker " + command.get(1) + " failed: "
                    + firstLine(errors).orElse("exit code " + process.exitValue()));
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private static Optional<String> firstLine(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst();
    }

    /** The running container that publishes this TCP port, by its name. */
    Optional<String> publisherOf(int port) throws DockerException {
        return publisherIn(run("ps", "--format", "{{.Names}}\t{{.Ports}}"), port);
    }

    static Optional<String> publisherIn(String listing, int port) {
        return listing.lines()
                .map(line -> line.split("\t"))
                .filter(columns -> columns.length > 1 && columns[1].matches(".*:" + port + "->[0-9]+/tcp.*"))
                .map(columns -> columns[0])
                .findFirst();
    }

    /** The figures of all running containers. Takes about two seconds, in which the engine measures. */
    List<DockerStats> stats() throws DockerException {
        try {
            return DockerStats.parse(run("stats", "--no-stream", "--format", "{{json .}}"));
        } catch (UncheckedIOException e) {
            throw new DockerException("what docker says cannot be read: " + e.getMessage());
        }
    }

    /** Docker cannot say now what was asked. */
    static final class DockerException extends Exception {
        private static final long serialVersionUID = 1L;

        DockerException(String message) {
            super(message);
        }
    }
}
