package io.orderflow.examples.loadtest.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import oshi.SystemInfo;

class ComponentFinderTest {
    private final SystemInfo machine = new SystemInfo();
    private final DockerEngine docker = DockerEngine.of(Map.of());

    @AfterEach
    void closeDocker() {
        docker.close();
    }

    @Test
    void theProcessThatListensOnAPortIsFound() throws IOException {
        PortOwner owner = new PortOwner(machine.getOperatingSystem());
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
            assertEquals(OptionalInt.of((int) ProcessHandle.current().pid()), owner.of(port));
            Component component = new ComponentFinder(docker).server("queue", "redis://127.0.0.1:" + port + " orders");
            assertTrue(
                    component
                            .what()
                            .startsWith("process " + ProcessHandle.current().pid()),
                    component::what);
        }
        assertEquals(OptionalInt.empty(), owner.of(port));
    }

    @Test
    void whatIsInThisProcessSaysSo() {
        ComponentFinder finder = new ComponentFinder(docker);
        assertTrue(finder.server("queue", "memory").isInside());
        assertTrue(finder.server("database", "jdbc:h2:mem:shop").isInside());
        Component server = finder.server("database", "jdbc:h2:tcp://127.0.0.1/shop");
        assertTrue(!server.isInside() && server.what().contains("--watch"), server::what);
    }

    @Test
    void theServerIsReadFromItsUrl() {
        assertEquals(Optional.of(new Endpoint("127.0.0.1", 3407)), Endpoint.in("jdbc:mysql://127.0.0.1:3407/shop"));
        assertEquals(Optional.of(new Endpoint("db", 3306)), Endpoint.in("jdbc:mysql://db/shop"));
        assertEquals(Optional.of(new Endpoint("[::1]", 6379)), Endpoint.in("redis://[::1]/2 orders"));
        assertEquals(Optional.of(new Endpoint("mq", 5671)), Endpoint.in("amqps://mq orders"));
        assertEquals(Optional.of(new Endpoint("mq", 5701)), Endpoint.in("amqp://mq:5701/shop orders"));
        assertEquals(Optional.empty(), Endpoint.in("memory"));
        assertTrue(new Endpoint("127.0.0.1", 1).isHere());
    }

    @Test
    void aProcessThatEndsInTheMiddleKeepsItsFiguresAndThenSaysSo() throws Exception {
        Process process = new ProcessBuilder("sleep", "120").start();
        try {
            Component component = Component.of(
                    "child", ProcessProbe.of(machine, (int) process.pid()).orElseThrow());
            long from = System.nanoTime();
            component.sample();
            component.sample();
            process.destroyForcibly();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            component.sample();
            long ended = System.nanoTime();
            ResourceWindow during = component.window(from, ended);
            assertTrue(during.amount(Figure.MEMORY).value().orElse(0) > 0, during::toString);
            assertTrue(component.what().endsWith("it ended during the test"), component::what);
            ResourceWindow after = component.window(ended, System.nanoTime());
            assertTrue(after.amount(Figure.MEMORY).missing().endsWith("had ended"), after::toString);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whatIsWatchedUnderTwoNamesCountsOnce() throws IOException {
        Process process = new ProcessBuilder("sleep", "120").start();
        try {
            String pid = Long.toString(process.pid());
            Map<String, String> watched = new TreeMap<>(Map.of("a", pid, "b", pid));
            List<Component> found =
                    new ComponentFinder(docker).find(Layout.THIS_PROCESS, "jdbc:h2:mem:shop", "memory", watched);
            Component first = found.get(found.size() - 2);
            Component second = found.get(found.size() - 1);
            assertTrue(!first.isInside(), first::what);
            assertTrue(second.isInside() && second.what().contains("the same as a,"), second::what);
        } finally {
            process.destroyForcibly();
        }
    }
}
