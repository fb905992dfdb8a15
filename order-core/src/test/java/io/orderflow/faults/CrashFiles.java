package io.orderflow.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.async.FilePathAsync;

/**
 * The files of H2's {@code async:} in this JVM, of which copies can be taken while H2 works: each is what a kill at
 * that moment would have left. Takes the place of H2's own between {@link #install} and {@link #remove}. Thread-safe.
 */
public final class CrashFiles extends FilePathAsync {
    private static final ReentrantReadWriteLock WRITING = new ReentrantReadWriteLock(true);

    private static final AtomicLong WRITES = new AtomicLong();

    private static final String SUFFIX = ".mv.db";

    /** For H2, which makes one for each path. */
    public CrashFiles() {}

    /** From now on H2 opens its files through this. */
    public static void install() {
        FilePath.register(new CrashFiles());
    }

    /** From now on H2 opens its files itself. */
    public static void remove() {
        FilePath.register(new FilePathAsync());
    }

    /** How often H2 wrote through this since the JVM began. */
    public static long writes() {
        return WRITES.get();
    }

    /** Copies a database's file between two writes. */
    public static void copy(Path database, Path to) {
        WRITING.writeLock().lock();
        try {
            Files.copy(fileOf(database), fileOf(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            WRITING.writeLock().unlock();
        }
    }

    private static Path fileOf(Path database) {
        return database.resolveSibling(database.getFileName() + SUFFIX);
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Watched(super.open(mode));
    }

    /** Writes while nobody copies. */
    private static final class Watched extends FileBase {
        private final FileChannel file;

        Watched(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return file.read(bytes);
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return alone(() -> file.write(bytes));
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            return alone(() -> file.write(bytes, position));
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            alone(() -> file.truncate(size));
            return this;
        }

        private static <T> T alone(Change<T> change) throws IOException {
            WRITING.readLock().lock();
            try {
                WRITES.incrementAndGet();
                return change.make();
            } finally {
                WRITING.readLock().unlock();
            }
        }

        /** Something that changes the file. */
        @FunctionalInterface
        private interface Change<T> {
            T make() throws IOException;
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
