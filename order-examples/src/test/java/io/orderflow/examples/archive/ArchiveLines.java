package io.orderflow.examples.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.orderflow.Order;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What a reader has of the files of a folder. An order that is there twice is recognised, as docs/archive.md says. */
final class ArchiveLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<UUID, String> lines = new HashMap<>();
    private int doubles;

    private ArchiveLines() {}

    static ArchiveLines in(Path folder) throws IOException {
        ArchiveLines all = new ArchiveLines();
        for (Path file : files(folder)) {
            all.read(file);
        }
        return all;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains(".jsonl")).toList();
        }
    }

    /** How many bytes there are. */
    static long size(Path folder) {
        try {
            long size = 0;
            for (Path file : files(folder)) {
                size += Files.size(file);
            }
            return size;
        } catch (IOException e) {
            throw new AssertionError(folder.toString(), e);
        }
    }

    private void read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                InputStream plain =
                        file.toString().endsWith(".gz") && Files.size(file) > 0 ? new GZIPInputStream(in) : in;
                BufferedReader reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (EOFException e) {
            // a run was killed while it wrote: those orders are still in the tables
        }
    }

    private void add(String line) throws JsonProcessingException {
        UUID id = UUID.fromString(JSON.readTree(line).path("id").asText());
        String before = lines.put(id, line);
        if (before != null) {
            assertEquals(before, line, "none was changed in between");
            doubles++;
        }
    }

    Set<UUID> ids() {
        return lines.keySet();
    }

    /** How many lines say again what another one says. */
    int doubles() {
        return doubles;
    }

    /** Checks that the line of an order says what it was. */
    void check(Order order) throws JsonProcessingException {
        JsonNode line = JSON.readTree(lines.get(order.id()));
        assertEquals(order.buyer(), line.path("buyer").longValue(), line::toString);
        assertEquals(order.status().name(), line.path("status").asText(), line::toString);
        assertEquals(order.total(), line.path("total").longValue(), line::toString);
        assertEquals(order.refunded(), line.path("refunded").longValue(), line::toString);
        assertEquals(order.decision().orElseThrow(), line.path("decision").longValue(), line::toString);
        assertEquals(order.lines().size(), line.path("lines").size(), line::toString);
    }
}
