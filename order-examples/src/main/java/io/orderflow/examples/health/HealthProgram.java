package io.orderflow.examples.health;

import io.orderflow.examples.common.ProgramException;
import io.orderflow.examples.common.StandardOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code health}: whether a serve or a worker is ready, for the health check of a container. */
@Command(
        name = HealthProgram.NAME,
        description = {"Asks a serve or a worker whether it is ready.", ""},
        footer = {
            "",
            "For the health check of a container, which needs no other program then.",
            "Exit code 0: it is ready; 1: it is not, or did not answer in time; 2: wrong options."
        })
public final class HealthProgram implements Callable<Integer> {
    /** What it is called on the command line. */
    public static final String NAME = "health";

    private static final int LONGEST_TIMEOUT = 60;
    private static final int LARGEST_PORT = 65_535;
    private static final int LONGEST_ANSWER = 16_384;

    @Mixin
    private StandardOptions standard;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/health/ready",
            description = "Where it answers: http: or https:, the port of serve or the --health-port of worker, and"
                    + " /health/ready or /health/live. Default: ${DEFAULT-VALUE}")
    private URL url;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Longest wait for a connection, and for the answer on it. Default: ${DEFAULT-VALUE}")
    private int timeout;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public HealthProgram() {}

    @Override
    public Integer call() {
        check();
        try {
            return ask();
        } catch (IOException e) {
            throw new ProgramException("no answer from " + url + ": " + e.getMessage(), e);
        }
    }

    private void check() {
        if (!url.getProtocol().matches("https?")) {
            throw wrong("--url needs an http: or https: address: " + url.getProtocol());
        }
        if (url.getHost().isEmpty()) {
            throw wrong("--url needs a host, as http://127.0.0.1:8080/health/ready has");
        }
        if (url.getPort() > LARGEST_PORT) {
            throw wrong("--url needs a port up to " + LARGEST_PORT + ": " + url.getPort());
        }
        if (url.getUserInfo() != null) {
            throw wrong("--url must have no user: health asks without");
        }
        if (timeout < 1 || timeout > LONGEST_TIMEOUT) {
            throw wrong("--timeout must be between 1 and " + LONGEST_TIMEOUT + ": " + timeout);
        }
    }

    private int ask() throws IOException {
        // not the client of java.net.http, whose threads would take longer to start than the whole question
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        int millis = (int) Duration.ofSeconds(timeout).toMillis();
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        connection.setInstanceFollowRedirects(false);
        int status = connection.getResponseCode();
        boolean ready = status == HttpURLConnection.HTTP_OK;
        PrintWriter out = spec.commandLine().getOut();
        out.println((ready ? "ready: " : "not ready, " + status + ": ") + answer(connection));
        out.flush();
        return ready ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static String answer(HttpURLConnection connection) throws IOException {
        InputStream body =
                connection.getErrorStream() == null ? connection.getInputStream() : connection.getErrorStream();
        try (body) {
            return new String(body.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8)
                    .strip()
                    .replaceAll("\\p{Cntrl}+", " ");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
