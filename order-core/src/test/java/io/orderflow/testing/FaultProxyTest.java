package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.testing.FaultProxy.AfterDrop;
import io.orderflow.testing.FaultProxy.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final int SILENCE_MILLIS = 200;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void startEcho() throws IOException {
        echo = new ServerSocket(0, 50, Ports.loopback());
        FaultyLink.daemon("echo", this::acceptAll);
        proxy = FaultProxy.to("127.0.0.1", echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBytesAndEndsBothWays() throws IOException {
        try (Socket client = connect()) {
            assertEquals("hello", exchange(client, "hello"));
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
        }
        Eventually.await("the connection is forgotten", BOUND, () -> proxy.connections() == 0, this::state);
    }

    @Test
    void theServerSaysSomethingElseOfTheSameLength() throws IOException {
        proxy.disguise("7.0", "6.2");
        try (Socket client = connect()) {
            assertEquals("6.2 or 6.2!", exchange(client, "7.0 or 7.0!"));
        }
        assertEquals(List.of("7.0 or 7.0!"), heard, "what the client says stays");
        assertThrows(IllegalArgumentException.class, () -> proxy.disguise("7.0", "6.12"));
        assertThrows(IllegalArgumentException.class, () -> proxy.disguise("", ""));
    }

    @Test
    void aBlackHoleSwallowsUntilPassAndThenResetsWhatLostBytes() throws IOException {
        try (Socket old = connect()) {
            assertEquals("one", exchange(old, "one"));
            proxy.blackHole();
            try (Socket young = connect()) {
                assertSilent(young, "two");
                assertSilent(old, "three");
                // on a busy machine silence alone may mean that nothing was read yet
                Eventually.await("both have lost bytes", BOUND, () -> proxy.damaged() == 2, this::state);
                proxy.pass();
                assertThrows(SocketException.class, () -> exchange(old, "four!"));
                assertThrows(SocketException.class, () -> exchange(young, "five!"));
            }
        }
        try (Socket next = connect()) {
            assertEquals("six", exchange(next, "six"));
        }
        assertEquals(List.of("one", "six"), heard);
    }

    @Test
    void aBlackHoleOneWayLetsTheServerHear() throws IOException {
        try (Socket client = connect()) {
            assertEquals("one", exchange(client, "one"));
            proxy.blackHole(Direction.DOWN);
            assertSilent(client, "two");
            assertSilent(client, "three");
            Eventually.await("the server has heard all", BOUND, () -> heard.size() == 3, this::state);
        }
    }

    @Test
    void heldBytesArriveLate() throws IOException {
        try (Socket client = connect()) {
            assertEquals("one", exchange(client, "one"));
            proxy.hold();
            assertSilent(client, "two");
            assertEquals(List.of("one"), heard);
            proxy.pass();
            client.setSoTimeout((int) BOUND.toMillis());
            assertEquals("two", new String(client.getInputStream().readNBytes(3), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void refusesConnectsUntilPass() throws IOException {
        try (Socket old = connect()) {
            assertEquals("one", exchange(old, "one"));
            proxy.refuse();
            assertThrows(ConnectException.class, this::connect);
            assertEquals("two", exchange(old, "two"));
            proxy.pass();
            try (Socket next = connect()) {
                assertEquals("three", exchange(next, "three"));
            }
        }
    }

    @Test
    void resetsWhatExistsAndNothingElse() throws IOException {
        try (Socket old = connect()) {
            assertEquals("one", exchange(old, "one"));
            proxy.reset();
            assertThrows(SocketException.class, () -> exchange(old, "two"));
        }
        try (Socket next = connect()) {
            assertEquals("three", exchange(next, "three"));
        }
    }

    @Test
    void delaysBothWays() throws IOException {
        try (Socket client = connect()) {
            proxy.latency(Duration.ofMillis(100));
            long start = System.nanoTime();
            assertEquals("slow", exchange(client, "slow"));
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            assertTrue(millis >= 200, millis + " ms");
        }
    }

    @Test
    void dropsTheAnswerToOneRequestInSilence() throws IOException {
        proxy.dropAnswersAfter(
                FaultProxy.first(1, bytes -> new String(bytes, StandardCharsets.US_ASCII).equals("commit")));
        try (Socket client = connect()) {
            assertEquals("begin", exchange(client, "begin"));
            assertSilent(client, "commit");
            assertEquals(List.of("begin", "commit"), heard);
            assertEquals(1, proxy.answersDropped());
            assertSilent(client, "and more");
            assertEquals(1, proxy.answersDropped());
        }
        try (Socket next = connect()) {
            assertEquals("commit", exchange(next, "commit"));
        }
    }

    @Test
    void resetsInsteadOfTheAnswer() throws IOException {
        proxy.dropAnswersAfter(bytes -> bytes.length == 6, AfterDrop.RESET);
        try (Socket client = connect()) {
            assertEquals("begin", exchange(client, "begin"));
            assertThrows(SocketException.class, () -> exchange(client, "commit"));
            assertEquals(List.of("begin", "commit"), heard);
        }
    }

    @Test
    void recognisesTheCommitOfMySql() {
        byte[] plain = {7, 0, 0, 0, 3, 'c', 'o', 'm', 'm', 'i', 't'};
        byte[] withAttributes = {9, 0, 0, 0, 3, 0, 1, 'C', 'O', 'M', 'M', 'I', 'T'};
        byte[] prepare = {7, 0, 0, 0, 22, 'c', 'o', 'm', 'm', 'i', 't'};
        byte[] other = "xxxx\3UPDATE t SET word = 'COMMIT'".getBytes(StandardCharsets.US_ASCII);
        assertTrue(FaultProxy.mysqlCommit().test(plain));
        assertTrue(FaultProxy.mysqlCommit().test(withAttributes));
        assertFalse(FaultProxy.mysqlCommit().test(prepare));
        assertFalse(FaultProxy.mysqlCommit().test(other));
        assertFalse(FaultProxy.mysqlCommit().test(new byte[] {1, 0, 0}));
    }

    @Test
    void carriesManyBytes() throws IOException {
        byte[] sent = new byte[1_000_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31 >> 3);
        }
        try (Socket client = connect()) {
            FaultyLink.daemon("writer", () -> write(client, sent));
            assertArrayEquals(sent, client.getInputStream().readNBytes(sent.length));
        }
    }

    private Socket connect() throws IOException {
        return new Socket(Ports.loopback(), proxy.port());
    }

    private static String exchange(Socket client, String text) throws IOException {
        client.setSoTimeout((int) BOUND.toMillis());
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        client.getOutputStream().write(bytes);
        return new String(client.getInputStream().readNBytes(bytes.length), StandardCharsets.US_ASCII);
    }

    private static void assertSilent(Socket client, String text) throws IOException {
        client.setSoTimeout(SILENCE_MILLIS);
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
    }

    private static void write(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll() {
        while (!echo.isClosed()) {
            try {
                Socket accepted = echo.accept();
                FaultyLink.daemon("echo", () -> echoAll(accepted));
            } catch (IOException stopped) {
                return;
            }
        }
    }

    private void echoAll(Socket client) {
        byte[] piece = new byte[65_536];
        try (client) {
            for (int length = client.getInputStream().read(piece);
                    length >= 0;
                    length = client.getInputStream().read(piece)) {
                heard.add(new String(piece, 0, Math.min(length, 100), StandardCharsets.US_ASCII));
                client.getOutputStream().write(piece, 0, length);
            }
        } catch (IOException reset) {
            return;
        }
    }

    private String state() {
        return proxy.connections() + " connections, heard " + heard;
    }
}
