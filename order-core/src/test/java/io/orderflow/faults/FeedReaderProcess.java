package io.orderflow.faults;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.FeedConfig;
import io.orderflow.OrderEvent;
import io.orderflow.OrderProcessor;
import io.orderflow.testing.ChildPool;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Reads the feed in a JVM of its own, to be killed. Each position that the handler is told stands in a file, 8 bytes
 * long, before the handler returns; the kernel keeps it when the process dies.
 */
final class FeedReaderProcess implements AutoCloseable {
    static final String FEED = "crash";

    private final JavaProcess process;
    private final Path file;

    private FeedReaderProcess(JavaProcess process, Path file) {
        this.process = process;
        this.file = file;
    }

    /**
     * Starts to read.
     *
     * @param file where positions go; it is not there yet
     * @param events most that the handler is told at once
     */
    static FeedReaderProcess start(TestDatabase database, Path file, int events) {
        JavaProcess process =
                JavaProcess.start(List.of("-Xmx256m"), Reader.class, database, file.toString(), String.valueOf(events));
        return new FeedReaderProcess(process, file);
    }

    /** The last position that it was told; 0 before the first. */
    long last() {
        if (!Files.exists(file)) {
            return 0;
        }
        try (RandomAccessFile positions = new RandomAccessFile(file.toFile(), "r")) {
            long whole = positions.length() / Long.BYTES;
            if (whole == 0) {
                return 0;
            }
            positions.seek((whole - 1) * Long.BYTES);
            return positions.readLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many positions it was told, some of them by readers before it too. */
    long count() {
        return file.toFile().length() / Long.BYTES;
    }

    /** Kills it, and says all that it was told, as it came. */
    long[] kill9() {
        process.kill9();
        try {
            // it may have died in the middle of a number
            ByteBuffer bytes = ByteBuffer.wrap(Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
            long[] positions = new long[bytes.remaining() / Long.BYTES];
            bytes.asLongBuffer().get(positions);
            return positions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return "told up to " + last() + ": " + process;
    }

    /** The child's main class. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) throws IOException {
            FeedConfig feed = FeedConfig.builder()
                    .lease(Duration.ofSeconds(2))
                    .maxEvents(Integer.parseInt(arguments[4]))
                    .build();
            try (DataOutputStream file = new DataOutputStream(new FileOutputStream(arguments[3]));
                    HikariDataSource pool = ChildPool.open(arguments, 4);
                    OrderProcessor orders = OrderProcessor.builder(pool).build()) {
                orders.feed(FEED).start(feed, events -> write(events, file));
                while (System.in.read() >= 0) {
                    // until the test is over
                }
            }
        }

        /** One by one, so that a kill in the middle of a handler's work is seen. */
        private static void write(List<OrderEvent> events, DataOutputStream file) throws IOException {
            for (OrderEvent event : events) {
                file.writeLong(event.position());
            }
        }
    }
}
