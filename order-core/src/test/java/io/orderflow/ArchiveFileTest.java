package io.orderflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveFileTest {
    private static final UUID ID = new UUID(1, 2);

    @TempDir
    Path folder;

    private static ArchivedOrder order(String reference) {
        Order order = new Order(
                ID,
                7,
                OrderStatus.REFUNDED,
                Optional.empty(),
                List.of(OrderLine.of(1, 2, 50)),
                Payment.WALLET,
                Optional.empty(),
                Optional.empty(),
                false,
                100,
                100,
                Instant.EPOCH,
                Optional.of(Instant.EPOCH),
                OptionalLong.of(3_001),
                new byte[] {1});
        return new ArchivedOrder(
                order,
                List.of(new ArchivedChange(
                        OrderEvent.Type.REFUNDED,
                        reference,
                        100,
                        100,
                        4_000,
                        Instant.EPOCH,
                        List.of(new RefundLine(0, 2)),
                        true)));
    }

    private static String line(String reference) {
        return "{\"id\":\"00000000-0000-0001-0000-000000000002\",\"buyer\":7,\"status\":\"REFUNDED\",\"decision\":3001,"
                + "\"createdAt\":\"1970-01-01T00:00:00Z\",\"decidedAt\":\"1970-01-01T00:00:00Z\",\"payment\":\"WALLET\","
                + "\"total\":100,\"refunded\":100,\"lines\":[{\"product\":1,\"quantity\":2,\"unitPrice\":50}],"
                + "\"hostData\":\"AQ==\",\"changes\":[{\"type\":\"REFUNDED\",\"reference\":\"" + reference
                + "\",\"amount\":100,\"credited\":100,\"decision\":4000,\"at\":\"1970-01-01T00:00:00Z\","
                + "\"restocked\":true,\"lines\":[{\"line\":0,\"quantity\":2}]}]}";
    }

    private static List<String> lines(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path);
                InputStream plain = path.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static void write(Path path, String... references) throws IOException {
        try (ArchiveFile file = ArchiveFile.open(path)) {
            for (String reference : references) {
                file.write(List.of(order(reference)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders.jsonl", "orders.jsonl.gz"})
    void eachOrderIsALine(String name) throws IOException {
        Path path = folder.resolve(name);
        write(path, "a \"quoted\" \\ \n\u2028 ü");
        write(path, "b", "c");
        assertEquals(List.of(line("a \\\"quoted\\\" \\\\ \\u000a\\u2028 ü"), line("b"), line("c")), lines(path));
    }

    /** Wherever the process was killed: what was whole stays, and what comes later can be read. */
    @ParameterizedTest
    @ValueSource(strings = {"orders.jsonl", "orders.jsonl.gz"})
    void aHalfWrittenEndIsCutOff(String name) throws IOException {
        Path path = folder.resolve(name);
        write(path, "a");
        long whole = Files.size(path);
        write(path, "b");
        byte[] all = Files.readAllBytes(path);
        for (int length = (int) whole; length < all.length; length++) {
            Files.write(path, Arrays.copyOf(all, length));
            write(path, "c");
            assertEquals(List.of(line("a"), line("c")), lines(path), "cut at " + length);
        }
    }

    /** The length of a file may be on the disk before its bytes are. */
    @Test
    void anEndOfZerosIsCutOff() throws IOException {
        Path path = folder.resolve("orders.gz");
        write(path, "a");
        int whole = (int) Files.size(path);
        write(path, "b");
        byte[] all = Files.readAllBytes(path);
        for (int from = whole; from < all.length; from++) {
            byte[] zeros = all.clone();
            Arrays.fill(zeros, from, all.length, (byte) 0);
            if (!Arrays.equals(zeros, all)) {
                Files.write(path, zeros);
                write(path, "c");
                assertEquals(List.of(line("a"), line("c")), lines(path), "zeros from " + from);
            }
        }
    }

    @Test
    void oneRunHasAFileAtATime() throws IOException {
        Path path = folder.resolve("orders.jsonl");
        try (ArchiveFile file = ArchiveFile.open(path)) {
            IOException refused = assertThrows(IOException.class, () -> ArchiveFile.open(path));
            assertTrue(refused.getMessage().contains("in use"), refused::getMessage);
            file.write(List.of(order("a")));
        }
        write(path, "b");
        assertEquals(2, lines(path).size());
    }

    @ParameterizedTest
    @CsvSource({
        "other.gz, this is no archive of orders at all",
        "short.gz, a note",
        "notes.jsonl, buy bread and do not end with a line feed",
        "other.jsonl, {}",
    })
    void anotherFileIsLeftAsItIs(String name, String other) throws IOException {
        Path path = folder.resolve(name);
        Files.writeString(path, other);
        IOException refused = assertThrows(IOException.class, () -> ArchiveFile.open(path));
        assertTrue(refused.getMessage().contains("is not an archive"), refused::getMessage);
        assertEquals(other, Files.readString(path));
    }
}
