package io.orderflow.examples.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A receiver of webhooks")
class WebhookTargetTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330);
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);

    private static WebhookTarget target(int port, Duration timeout, InstantSource clock) {
        return new WebhookTarget(
                URI.create("http://127.0.0.1:" + port + WebhookReceiver.PATH),
                WebhookSecret.parse(WebhookReceiver.SECRET),
                Optional.empty(),
                timeout,
                clock);
    }

    private static WebhookTarget target(WebhookReceiver receiver) {
        return target(receiver.port(), Duration.ofSeconds(30), InstantSource.system());
    }

    @Test
    @DisplayName("gets a page of events that it knows to be genuine")
    void genuine() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(number -> 200);
                WebhookTarget target = target(receiver)) {
            target.send(TargetEvents.at(12_000, 12_001));
            assertEquals(2, receiver.received().size());
            assertEquals("12001", receiver.received().get(1).path("position").textValue());
        }
    }

    /** The example of the specification of Standard Webhooks. */
    @Test
    @DisplayName("finds signatures as the standard has them")
    void standard() throws Exception {
        String key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        String id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        String signature = WebhookSecret.parse("whsec_" + key).sign(id, NOW.getEpochSecond(), BODY);
        assertEquals("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
        byte[] bytes = Base64.getDecoder().decode(key);
        String time = Long.toString(NOW.getEpochSecond());
        assertTrue(WebhookCheck.isGenuine(bytes, id, time, signature, BODY, NOW.plusSeconds(300)));
        assertFalse(WebhookCheck.isGenuine(bytes, id, time, signature, BODY, NOW.plusSeconds(301)));
        assertFalse(WebhookCheck.isGenuine(bytes, id, time + "0", signature, BODY, NOW));
        assertFalse(WebhookCheck.isGenuine(bytes, id + "0", time, signature, BODY, NOW));
        assertFalse(WebhookCheck.isGenuine(bytes, id, time, signature, "{}".getBytes(UTF_8), NOW));
        assertFalse(WebhookCheck.isGenuine(bytes, id, time, null, BODY, NOW));
    }

    @Test
    @DisplayName("refuses what was sent long ago, and is sent the same again with a new time")
    void old() throws Exception {
        InstantSource yesterday = InstantSource.offset(InstantSource.system(), Duration.ofDays(-1));
        try (WebhookReceiver receiver = new WebhookReceiver(number -> 200);
                WebhookTarget late = target(receiver.port(), Duration.ofSeconds(30), yesterday);
                WebhookTarget target = target(receiver)) {
            assertEquals("answered 401", refusal(late));
            target.send(TargetEvents.at(1));
            assertEquals(1, receiver.received().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 307, 308, 400, 410, 429, 500})
    @DisplayName("has not got what it answers otherwise than with 2xx, and no redirect is followed")
    void refuses(int status) throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(number -> status);
                WebhookTarget target = target(receiver)) {
            String more = status / 100 == 3 ? "; redirects are not followed" : "";
            assertEquals("answered " + status + more, refusal(target));
            assertEquals(1, receiver.requests());
        }
    }

    /** The time-out of Java's client would end with the headers. */
    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"})
    @DisplayName("has not got what it does not answer to the end in time")
    void silent(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                WebhookTarget target = target(server.getLocalPort(), Duration.ofSeconds(1), InstantSource.system())) {
            Thread answering = new Thread(() -> answer(server, answer), "silent");
            answering.setDaemon(true);
            answering.start();
            assertEquals("no answer within 1 s", assertTimeoutPreemptively(BOUND, () -> refusal(target)));
        }
    }

    private static void answer(ServerSocket server, String answer) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(answer.getBytes(UTF_8));
            while (socket.getInputStream().read() >= 0) {
                // until the other side gives up
            }
        } catch (IOException e) {
            // it gave up in its way
        }
    }

    private static String refusal(WebhookTarget target) {
        return assertThrows(TargetException.class, () -> target.send(TargetEvents.at(1)))
                .getMessage();
    }
}
