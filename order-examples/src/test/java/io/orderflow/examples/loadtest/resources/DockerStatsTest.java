package io.orderflow.examples.loadtest.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class DockerStatsTest {
    /**
     * Recorded from docker 28.2 with an engine 20.10: MariaDB 10.11, Redis 7.0 under load, and a container that was not
     * started.
     */
    private static final String RECORDED = """
            {"BlockIO":"0B / 0B","CPUPerc":"0.01%","Container":"cfe4ad16960d","ID":"cfe4ad16960d","MemPerc":"0.32%","MemUsage":"76.87MiB / 23.54GiB","Name":"orderflow-res-maria","NetIO":"1.05kB / 0B","PIDs":"9"}
            {"BlockIO":"0B / 0B","CPUPerc":"0.13%","Container":"3165dab22e27","ID":"3165dab22e27","MemPerc":"0.02%","MemUsage":"5.977MiB / 23.54GiB","Name":"orderflow-res-redis","NetIO":"2.81MB / 2.72MB","PIDs":"5"}
            {"BlockIO":"0B / 0B","CPUPerc":"0.00%","Container":"orderflow-res-stopped","ID":"c5b951b0a178","MemPerc":"0.00%","MemUsage":"0B / 0B","Name":"orderflow-res-stopped","NetIO":"0B / 0B","PIDs":"0"}
            """;

    @Test
    void everyRecordedContainerIsRead() {
        List<DockerStats> stats = DockerStats.parse(RECORDED);
        assertEquals(
                List.of("orderflow-res-maria", "orderflow-res-redis", "orderflow-res-stopped"),
                stats.stream().map(DockerStats::name).toList());
        DockerStats redis = stats.get(1);
        assertEquals(0.13, redis.values().get(Figure.CPU_PERCENT));
        assertEquals(5.977 * 1024 * 1024, redis.values().get(Figure.MEMORY), 1);
        assertEquals(5.977 / (23.54 * 1024) * 100, redis.values().get(Figure.MEMORY_PERCENT), 1e-9);
        assertEquals(2_810_000, redis.values().get(Figure.NET_IN), 1e-3);
        assertEquals(2_720_000, redis.values().get(Figure.NET_OUT), 1e-3);
        assertEquals(5, redis.values().get(Figure.THREADS));
        assertEquals(1_050, stats.get(0).values().get(Figure.NET_IN), 1e-3);
        assertEquals(0, stats.get(0).values().get(Figure.NET_OUT));
    }

    @Test
    void zeroOnBothSidesIsMissingAndNotZero() {
        DockerStats redis = DockerStats.parse(RECORDED).get(1);
        assertFalse(redis.values().containsKey(Figure.DISK_IN));
        assertFalse(redis.values().containsKey(Figure.DISK_OUT));
        DockerStats stopped = DockerStats.parse(RECORDED).get(2);
        assertFalse(stopped.values().containsKey(Figure.MEMORY));
        assertFalse(stopped.values().containsKey(Figure.NET_IN));
    }

    @Test
    void onlyTheStoppedContainerDoesNotRun() {
        assertEquals(
                List.of(true, true, false),
                DockerStats.parse(RECORDED).stream().map(DockerStats::isRunning).toList());
    }

    @Test
    void dashesAreMissing() {
        DockerStats dashes = DockerStats.parse(
                        "{\"BlockIO\":\"-- / --\",\"CPUPerc\":\"--\",\"ID\":\"abc\",\"MemPerc\":\"--\","
                                + "\"MemUsage\":\"-- / --\",\"Name\":\"--\",\"NetIO\":\"--\",\"PIDs\":\"--\"}")
                .get(0);
        assertTrue(dashes.values().isEmpty(), dashes::toString);
    }

    @Test
    void unitsArePowersOf1000Or1024() {
        assertEquals(OptionalDouble.of(516), DockerStats.bytes("516B"));
        assertEquals(OptionalDouble.of(1_090), DockerStats.bytes("1.09kB "));
        assertEquals(OptionalDouble.of(2_500_000_000.0), DockerStats.bytes("2.5GB"));
        assertEquals(OptionalDouble.of(2048), DockerStats.bytes("2KiB"));
        assertEquals(OptionalDouble.of(3.0 * 1024 * 1024), DockerStats.bytes("3MiB"));
        assertEquals(OptionalDouble.of(1024.0 * 1024 * 1024 * 1.5), DockerStats.bytes(" 1.5GiB"));
        assertEquals(OptionalDouble.empty(), DockerStats.bytes("--"));
        assertEquals(OptionalDouble.empty(), DockerStats.bytes("12 apples"));
    }

    @Test
    void aContainerIsCalledByNameOrByAnIdOfAnyLength() {
        DockerStats maria = DockerStats.parse(RECORDED).get(0);
        assertTrue(maria.isCalled("orderflow-res-maria"));
        assertTrue(maria.isCalled("cfe4ad"));
        assertTrue(maria.isCalled("cfe4ad16960dec74c2ddd5346eb250ff2979dc0addc367e407b524fc9c793b40"));
        assertFalse(maria.isCalled("orderflow-res"));
    }

    @Test
    void whatIsNotJsonIsRefused() {
        assertThrows(UncheckedIOException.class, () -> DockerStats.parse("Cannot connect"));
    }

    @Test
    void thePublisherOfAPortIsFoundInTheListing() {
        String listing = "orderflow-res-maria\t127.0.0.1:32770->3306/tcp\n"
                + "orderflow-res-redis\t0.0.0.0:32769->6379/tcp, :::32769->6379/tcp\nplain\t6379/tcp\nnone\t\n";
        assertEquals(Optional.of("orderflow-res-redis"), DockerCli.publisherIn(listing, 32769));
        assertEquals(Optional.of("orderflow-res-maria"), DockerCli.publisherIn(listing, 32770));
        assertEquals(Optional.empty(), DockerCli.publisherIn(listing, 6379));
        assertEquals(Optional.empty(), DockerCli.publisherIn(listing, 2769));
    }
}
