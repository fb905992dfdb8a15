package io.orderflow.examples.loadtest.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.examples.loadtest.resources.DockerEngine.DockerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest {
    private static final String CONTAINERS = "[{\"Id\":\"cfe4ad16960d\",\"Names\":[\"/other/db\",\"/maria\"],"
            + "\"Ports\":[{\"IP\":\"127.0.0.1\",\"PrivatePort\":3306,\"PublicPort\":32770,\"Type\":\"tcp\"},"
            + "{\"IP\":\"127.0.0.1\",\"PrivatePort\":53,\"PublicPort\":32771,\"Type\":\"udp\"}]},"
            + "{\"Id\":\"3165dab22e27\",\"Names\":[\"/redis\"],"
            + "\"Ports\":[{\"PrivatePort\":6379,\"Type\":\"tcp\"}]},"
            + "{\"Id\":\"c5b951b0a178\",\"Names\":[\"/bare\"],\"Ports\":null}]";

    /** In the form of version 2 of control groups. */
    private static final String STATS = "{\"read\":\"2026-01-02T03:04:05.678Z\",\"name\":\"/maria\","
            + "\"pids_stats\":{\"current\":9,\"limit\":18446744073709551615},"
            + "\"networks\":{\"eth0\":{\"rx_bytes\":1000,\"rx_packets\":3,\"tx_bytes\":70},"
            + "\"eth1\":{\"rx_bytes\":50,\"tx_bytes\":7}},"
            + "\"memory_stats\":{\"usage\":5000,\"limit\":20000,\"stats\":{\"active_file\":7,\"inactive_file\":1000,"
            + "\"unevictable\":18446744073709551615}},"
            + "\"blkio_stats\":{\"io_service_bytes_recursive\":[{\"major\":8,\"minor\":0,\"op\":\"read\",\"value\":11},"
            + "{\"major\":8,\"minor\":0,\"op\":\"write\",\"value\":22},"
            + "{\"major\":9,\"minor\":0,\"op\":\"Write\",\"value\":200}],\"io_serviced_recursive\":null},"
            + "\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":1500000000,\"usage_in_usermode\":1},"
            + "\"system_cpu_usage\":9492140000000,\"online_cpus\":4},\"precpu_stats\":{}}";

    private EngineStub stub;
    private DockerEngine engine;

    @BeforeEach
    void start() throws IOException {
        stub = EngineStub.start();
        engine = stub.engine();
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
        stub.close();
    }

    @Test
    void countersAreReadAsTheEngineCountsThem() throws DockerException {
        stub.answer("/containers/maria/stats", 200, STATS);
        ContainerStats stats = engine.stats("maria").orElseThrow();
        assertEquals(
                Map.of(
                        Figure.CPU_SECONDS, 1.5,
                        Figure.MEMORY, 4_000.0,
                        Figure.MEMORY_PERCENT, 20.0,
                        Figure.NET_IN, 1_050.0,
                        Figure.NET_OUT, 77.0,
                        Figure.DISK_IN, 11.0,
                        Figure.DISK_OUT, 222.0,
                        Figure.THREADS, 9.0),
                stats.values());
        assertEquals(List.of("/containers/maria/stats?stream=false&one-shot=true"), stub.asked(), "without a pause");
    }

    /** Recorded from an engine 20.10 with version 1 of control groups, but for the pages of files, which were none. */
    @Test
    void version1OfControlGroupsCountsTheGroupsBelow() throws DockerException {
        stub.answer(
                "/containers/busy/stats",
                200,
                "{\"read\":\"2026-11-29T00:50:37.726101839Z\",\"preread\":\"0001-01-01T00:00:00Z\","
                        + "\"pids_stats\":{\"current\":1},\"blkio_stats\":{\"io_service_bytes_recursive\":[],"
                        + "\"io_serviced_recursive\":[]},\"num_procs\":0,\"storage_stats\":{},"
                        + "\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":514759031,"
                        + "\"percpu_usage\":[508718442,6040589],\"usage_in_kernelmode\":0,"
                        + "\"usage_in_usermode\":500000000},\"system_cpu_usage\":5477110000000,\"online_cpus\":2,"
                        + "\"throttling_data\":{\"periods\":0}},\"precpu_stats\":{\"cpu_usage\":{\"total_usage\":0}},"
                        + "\"memory_stats\":{\"usage\":688128,\"max_usage\":3559424,"
                        + "\"stats\":{\"active_file\":0,\"hierarchical_memory_limit\":9223372036854771712,"
                        + "\"inactive_file\":4096,\"total_inactive_file\":8192},\"limit\":25276059648},"
                        + "\"name\":\"/busy\"}");
        assertEquals(
                Map.of(
                        Figure.CPU_SECONDS, 0.514759031,
                        Figure.MEMORY, 679_936.0,
                        Figure.MEMORY_PERCENT, 679_936.0 / 25_276_059_648.0 * 100,
                        Figure.THREADS, 1.0),
                engine.stats("busy").orElseThrow().values());
    }

    @Test
    void whatIsNotCountedIsMissingAndNotZero() throws DockerException {
        stub.answer(
                "/containers/host/stats",
                200,
                "{\"pids_stats\":{},\"memory_stats\":{},\"blkio_stats\":{\"io_service_bytes_recursive\":null},"
                        + "\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":2000000000}}}");
        Map<Figure, Double> values = engine.stats("host").orElseThrow().values();
        assertEquals(Map.of(Figure.CPU_SECONDS, 2.0), values);
    }

    @Test
    void aContainerThatHasEndedOrNeverWasHasNoStats() throws DockerException {
        stub.answer(
                "/containers/ended/stats",
                200,
                "{\"read\":\"0001-01-01T00:00:00Z\",\"preread\":\"0001-01-01T00:00:00Z\",\"pids_stats\":{},"
                        + "\"blkio_stats\":{\"io_service_bytes_recursive\":null},\"num_procs\":0,"
                        + "\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":0,\"usage_in_kernelmode\":0}},"
                        + "\"memory_stats\":{},\"name\":\"/ended\"}");
        assertEquals(Optional.empty(), engine.stats("ended"));
        assertEquals(Optional.empty(), engine.stats("nobody"));
    }

    @Test
    void thePublisherOfAPortIsFound() throws DockerException {
        stub.answer("/containers/json", 200, CONTAINERS);
        assertEquals(Optional.of("maria"), engine.publisherOf(32770));
        assertEquals(Optional.empty(), engine.publisherOf(32771), "udp");
        assertEquals(Optional.empty(), engine.publisherOf(6379), "not published");
        assertTrue(engine.runs("redis"));
        assertFalse(engine.runs("db"), "as another container calls it");
    }

    @Test
    void aRefusalIsToldAsTheEngineSaysIt() {
        stub.answer("/containers/json", 500, "{\"message\":\"the daemon is shutting down\"}");
        DockerException refused = assertThrows(DockerException.class, () -> engine.publisherOf(1));
        assertTrue(
                refused.getMessage().endsWith("answered with status 500: the daemon is shutting down"),
                refused::getMessage);
        stub.answer("/containers/json", 200, "<html>");
        DockerException strange = assertThrows(DockerException.class, () -> engine.publisherOf(1));
        assertTrue(strange.getMessage().contains("cannot be asked: "), strange::getMessage);
    }

    @Test
    void withoutAnEngineItSaysWhichOneDoesNotAnswer(@TempDir Path folder) {
        for (String host :
                Set.of("unix://" + folder.resolve("none"), "tcp://127.0.0.1:1", "ssh://somewhere", "no uri")) {
            try (DockerEngine nobody = DockerEngine.of(Map.of("DOCKER_HOST", host))) {
                DockerException failed = assertThrows(DockerException.class, () -> nobody.stats("maria"));
                assertTrue(
                        failed.getMessage().matches("the Docker engine at " + host + " cannot be asked: .+"),
                        failed::getMessage);
            }
        }
        try (DockerEngine secured =
                DockerEngine.of(Map.of("DOCKER_HOST", "tcp://127.0.0.1:2376", "DOCKER_TLS_VERIFY", "1"))) {
            DockerException failed = assertThrows(DockerException.class, () -> secured.stats("maria"));
            assertTrue(failed.getMessage().startsWith("DOCKER_TLS_VERIFY is set"), failed::getMessage);
        }
    }

    @Test
    void aContainersWindowIsTheDifferenceOfItsCounters() {
        Component component = Component.of("database", new ContainerProbe(engine, "maria"));
        long from = System.nanoTime();
        stub.answer("/containers/maria/stats", 200, STATS);
        component.sample();
        stub.answer("/containers/maria/stats", 200, STATS.replace("1500000000", "4000000000"));
        component.sample();
        ResourceWindow window = component.window(from, System.nanoTime());
        assertEquals(2.5, window.amount(Figure.CPU_SECONDS).value().orElseThrow(), 1e-9);
        assertEquals(4_000, window.amount(Figure.MEMORY).value().orElseThrow());
    }

    @Test
    void anEngineThatStopsAnsweringIsTheReasonAndNotTheContainersEnd() throws IOException {
        Component component = Component.of("database", new ContainerProbe(engine, "maria"));
        long from = System.nanoTime();
        stub.answer("/containers/maria/stats", 200, STATS);
        component.sample();
        stub.close();
        component.sample();
        ResourceWindow window = component.window(from, System.nanoTime());
        assertTrue(window.amount(Figure.CPU_SECONDS).missing().contains("cannot be asked"), window::toString);
        assertEquals(9, window.amount(Figure.THREADS).value().orElseThrow());
        assertEquals("container maria", component.what());
    }

    @Test
    void aContainerThatIsNotThereWasNotRunning() {
        Component component = Component.of("watched", new ContainerProbe(engine, "nobody"));
        component.sample();
        assertEquals("container nobody; it was not running", component.what());
    }

    @Test
    void aServerInAContainerIsFoundByItsPortAndByItsName() {
        stub.answer("/containers/json", 200, CONTAINERS);
        ComponentFinder finder = new ComponentFinder(engine);
        assertEquals(
                "container maria",
                finder.server("database", "jdbc:mysql://127.0.0.1:32770/shop").what());
        assertEquals(
                "container redis",
                finder.server("queue", "redis://redis orders").what());
    }
}
