package io.orderflow.examples.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.Ports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("health")
class HealthProgramTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @ParameterizedTest
    @CsvSource({
        "200, 0, 'ready: {\"status\":\"UP\"} more'",
        "503, 1, 'not ready, 503: {\"status\":\"UP\"} more'",
        "404, 1, 'not ready, 404: {\"status\":\"UP\"} more'",
        "302, 1, 'not ready, 302: {\"status\":\"UP\"} more'"
    })
    @DisplayName("says what is answered, in one line, and whether that means ready")
    void answers(int status, int exitCode, String line) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
        server.createContext("/health/ready", exchange -> {
            byte[] body = "{\"status\":\"UP\"}\n more\n".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            ProgramRun run =
                    ProgramRun.of("health", "--url", url(server.getAddress().getPort()));
            assertEquals(exitCode, run.exitCode(), run::toString);
            assertEquals(line, run.out().strip().replaceAll(" +", " "), run::toString);
        } finally {
            server.stop(0);
        }
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port + "/health/ready";
    }

    @Test
    @DisplayName("fails where nothing listens, and where something listens and says nothing")
    void noAnswer() throws Exception {
        String nowhere = url(Ports.free());
        ProgramRun refused = ProgramRun.of("health", "--url", nowhere);
        assertEquals(1, refused.exitCode(), refused::toString);
        assertTrue(refused.err().startsWith("error: no answer from " + nowhere), refused::toString);
        try (ServerSocket silent = new ServerSocket(0, 5, HERE)) {
            ProgramRun late = ProgramRun.of("health", "--timeout", "1", "--url", url(silent.getLocalPort()));
            assertEquals(1, late.exitCode(), late::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--url, ftp://h/x, --url needs an http: or https: address: ftp",
        "--url, http:///x, '--url needs a host, as http://127.0.0.1:8080/health/ready has'",
        "--url, http://127.0.0.1:99999/, --url needs a port up to 65535: 99999",
        "--url, http://u:secret@h/x, --url must have no user: health asks without",
        "--timeout, 0, --timeout must be between 1 and 60: 0",
        "--timeout, 61, --timeout must be between 1 and 60: 61"
    })
    @DisplayName("refuses what it cannot ask, and shows no password")
    void refuses(String option, String value, String message) {
        ProgramRun run = ProgramRun.of("health", option, value);
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().startsWith("error: " + message), run::toString);
        assertTrue(!run.err().contains("secret"), run::toString);
    }
}
