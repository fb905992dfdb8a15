package io.orderflow;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file of JSON lines, one for each archived order; packed by gzip when its name ends with {@code .gz}. A file that is
 * there is added to. What a process that was killed left half written at its end is cut off: its orders are still in
 * the tables. One process and one run at a time may have a file.
 *
 * <p>An order may stand in it twice, with the same id and decision number, and each line is whole. If the order was
 * changed in between, the later line has more changes, and is the one that counts.
 */
public final class ArchiveFile implements ArchiveSink, Closeable {
    private final Path path;
    private final FileChannel channel;
    private final boolean packed;

    private ArchiveFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        this.packed = path.toString().endsWith(".gz");
    }

    /**
     * Opens a file, or makes it.
     *
     * @throws IOException if it cannot be opened or read, is in use, or is not one of these files
     */
    public static ArchiveFile open(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ArchiveFile file = new ArchiveFile(path, channel);
            file.lock();
            file.refuseOthers();
            long whole = file.packed ? PackedLines.wholeLength(channel) : file.wholeLines();
            channel.truncate(whole);
            channel.position(whole);
            channel.force(true);
            keepName(path);
            return file;
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
    }

    private void lock() throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("the archive is in use by this process: " + path, e);
        }
        throw new IOException("the archive is in use by another process: " + path);
    }

    /** What is not ours would have its end cut off. */
    private void refuseOthers() throws IOException {
        byte[] ours = packed ? PackedLines.first() : ArchiveJson.FIRST.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer first = ByteBuffer.allocate((int) Math.min(ours.length, channel.size()));
        channel.read(first, 0);
        if (!first.flip().equals(ByteBuffer.wrap(ours, 0, first.limit()))) {
            throw new IOException("the file is not an archive that this library wrote: " + path);
        }
    }

    /** The name of a new file is in its folder, which some file systems write later than the file. */
    private static void keepName(Path path) throws IOException {
        try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (AccessDeniedException e) {
            // where a folder cannot be opened there is nothing that one could ask for
        }
    }

    /** Up to the end of the last line that has one. */
    private long wholeLines() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long at = channel.size(); at > 0; at--) {
            one.clear();
            channel.read(one, at - 1);
            if (one.get(0) == '\n') {
                return at;
            }
        }
        return 0;
    }

    @Override
    public void write(List<ArchivedOrder> orders) throws IOException {
        StringBuilder lines = new StringBuilder();
        orders.forEach(order -> ArchiveJson.append(lines, order));
        byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length);
        if (packed) {
            PackedLines.append(bytes, text);
        } else {
            bytes.write(text);
        }
        ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
        long before = channel.position();
        try {
            while (all.hasRemaining()) {
                channel.write(all);
            }
            channel.force(true);
        } catch (IOException e) {
            takeBack(before, e);
            throw e;
        }
    }

    /** Where that fails too, the next one who opens the file cuts it. */
    private void takeBack(long before, IOException cause) {
        try {
            channel.truncate(before);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Gives the file free. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
