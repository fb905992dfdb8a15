package io.orderflow.examples.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.orderflow.OrderProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused before an order is read, over an order processor that is not even started. */
@DisplayName("The way in refuses")
class HttpRefusalsTest {
    private static final String POST = "POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private static final Duration LONG = Duration.ofMinutes(5);

    private final AtomicReference<String> missing = new AtomicReference<>("");
    private final OrderProcessor orders =
            OrderProcessor.builder(new JdbcDataSource()).build();
    /** Waits for ever, so that a connection that ends was ended. */
    private final WebServer web = new WebServer(
            router -> {},
            loop -> OrderRoutes.posts(
                    orders,
                    () -> Optional.of(missing.get()).filter(what -> !what.isEmpty()),
                    (request, more) -> Optional.empty(),
                    loop),
            List.of(),
            new FrontDoor(LONG, LONG));

    @BeforeEach
    void start() {
        web.start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        web.close();
        orders.close();
    }

    static Stream<Arguments> notUnderstood() {
        String get = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n";
        String chunked = POST + "Transfer-Encoding: chunked\r\n\r\n";
        return Stream.of(
                arguments(400, "NONSENSE\r\n\r\n"),
                arguments(400, get + "no header\r\n\r\n"),
                arguments(400, get + "Content-Length: many\r\n\r\n"),
                arguments(414, "GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                arguments(431, get + "X: " + "a".repeat(10_000) + "\r\n\r\n"),
                arguments(400, chunked + "ZZ\r\n{}\r\n0\r\n\r\n"),
                arguments(400, chunked + "2\r\n{}XX\r\n0\r\n\r\n"),
                arguments(400, chunked + "2" + " ".repeat(10_000) + "\r\n{}\r\n0\r\n\r\n"),
                arguments(400, chunked + "2\r\n{}\r\n0\r\nX: " + "a".repeat(10_000) + "\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("notUnderstood")
    @DisplayName("what is no HTTP, and ends the connection, in which nobody knows where the next request begins")
    void endsWhatIsNotUnderstood(int status, String request) throws IOException {
        String answer = RawHttp.answer(web.port(), request);
        // what is so wrong that its version cannot be read is answered as the oldest one
        assertTrue(answer.matches("(?s)HTTP/1\\.[01] " + status + " .*"), answer);
        assertTrue(answer.contains("\"type\":\"about:blank\""), answer);
        assertEquals(answer.indexOf("HTTP/1."), answer.lastIndexOf("HTTP/1."), answer);
    }

    @Test
    @DisplayName("the wait for a body while no order is taken, but tells others first that theirs is bad")
    void saysThatNothingIsTakenInsteadOfContinue() throws IOException {
        missing.set("the tables are not there");
        try (RawHttp raw = new RawHttp(web.port())) {
            raw.send(POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertTrue(raw.head().startsWith("HTTP/1.1 503 "));
        }
        try (RawHttp raw = new RawHttp(web.port())) {
            assertTrue(raw.send(POST + "Content-Length: 2\r\n\r\n{}").head().startsWith("HTTP/1.1 400 "));
        }
    }

    @ParameterizedTest
    @CsvSource({"something else, 417", "'100-continue, more', 417", "100-Continue, 100"})
    @DisplayName("what is expected of it and unknown, and asks for no body")
    void expectsNothingUnknown(String expectation, int status) throws IOException {
        try (RawHttp raw = new RawHttp(web.port())) {
            String head = raw.send(POST + "Expect: " + expectation + "\r\nContent-Length: 2\r\n\r\n")
                    .head();
            assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
            assertFalse(status > 100 && !head.contains("problem+json"), head);
        }
    }
}
