package io.orderflow.testing;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The classes of child JVMs in one file, which a JVM maps instead of reading and verifying each (class data sharing).
 * The JVMs of a module's tests share it. Threadsafe.
 *
 * <ol>
 *   <li>The first children write down which classes they load. Then an archive of these is made beside the tests. Where
 *       fewer are started none is made: it would cost more than it saves.
 *   <li>It belongs to one JVM and one content of the class path. Where either is another, another is made.
 *   <li>It gets its name when it is whole and a JVM has started with it. Whoever makes it holds a lock, which ends with
 *       that JVM however it ends.
 *   <li>No test depends on it: a child that cannot use it runs without, and says nothing of it.
 * </ol>
 */
final class ClassArchive {
    private static final Duration BOUND = Duration.ofMinutes(4);

    /** What a JVM says of an archive is not the child's output. */
    private static final String SILENT = "-Xlog:cds*=off";

    private static final String ENDING = ".jsa";

    private final List<String> java;
    private final List<Path> classPath;
    private final Path folder;
    private final int enough;
    private Thread maker;

    /**
     * Makes nothing yet.
     *
     * @param java the JVM, and the options that each child has
     * @param parent the folder of archives; those of other classes are removed
     * @param enough how many children say what they load
     * @throws IOException if it cannot be read or written
     */
    ClassArchive(List<String> java, String classPath, Path parent, int enough) throws IOException {
        this.java = List.copyOf(java);
        this.enough = enough;
        this.classPath = Arrays.stream(classPath.split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::exists)
                .toList();
        this.folder = parent.resolve(fingerprint()).toAbsolutePath();
        Files.createDirectories(lists());
        for (Path other : listed(parent)) {
            if (!other.endsWith(folder.getFileName())) {
                PrivateServer.deleteTree(other);
            }
        }
    }

    private String fingerprint() throws IOException {
        StringBuilder all = new StringBuilder(System.getProperty("java.vm.version")).append(java);
        for (Path entry : classPath) {
            for (Path file : below(entry)) {
                all.append('\n').append(file).append(' ').append(Files.size(file));
                all.append(' ').append(Files.getLastModifiedTime(file).toMillis());
            }
        }
        return UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static List<Path> below(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.sorted().toList();
        }
    }

    private static List<Path> listed(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** The archive, if there is one and it is whole: its name is its length. A JVM may crash by a part of one. */
    Optional<Path> file() throws IOException {
        for (Path each : listed(folder)) {
            if (each.endsWith(Files.size(each) + ENDING)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    Path lists() {
        return folder.resolve("lists");
    }

    /** The options of the next child: its class path, and what goes with it. */
    List<String> options() throws IOException {
        Optional<Path> file = file();
        if (file.isPresent()) {
            return with(true, "-XX:SharedArchiveFile=" + file.get(), SILENT);
        }
        String plain = classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        List<Path> lists = listed(lists());
        if (lists.size() < enough) {
            return List.of("-XX:DumpLoadedClassList=" + lists().resolve(UUID.randomUUID() + ".list"), "-cp", plain);
        }
        makeBeside(lists);
        return List.of("-cp", plain);
    }

    /** With jars for the folders, of which no archive is made. These may come again last: a jar may be gone. */
    private List<String> with(boolean foldersToo, String... options) {
        String entries = Stream.concat(
                        classPath.stream().map(this::jarred),
                        classPath.stream().filter(entry -> foldersToo && Files.isDirectory(entry)))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        return Stream.concat(Arrays.stream(options), Stream.of("-cp", entries)).toList();
    }

    private Path jarred(Path entry) {
        return Files.isDirectory(entry) ? folder.resolve("classes-" + classPath.indexOf(entry) + ".jar") : entry;
    }

    private synchronized void makeBeside(List<Path> lists) {
        if (maker == null || !maker.isAlive()) {
            maker = new Thread(() -> makeUnlessAnother(lists), "class-archive");
            maker.setDaemon(true);
            maker.start();
        }
    }

    /** Makes it, unless another JVM is at it or it was in vain before. */
    void makeUnlessAnother(List<Path> lists) {
        Path failed = folder.resolve("failed");
        try (FileChannel turns = FileChannel.open(folder.resolve("lock"), CREATE, WRITE);
                FileLock turn = turns.tryLock()) {
            if (turn != null && file().isEmpty() && !Files.exists(failed)) {
                try {
                    make(lists);
                } catch (IOException | UncheckedIOException | AssertionError e) {
                    Files.writeString(failed, e.toString());
                }
            }
        } catch (IOException e) {
            System.out.println("no archive of classes is made: " + e);
        }
    }

    private void make(List<Path> lists) throws IOException {
        for (Path entry : classPath) {
            if (Files.isDirectory(entry)) {
                jar(entry, jarred(entry));
            }
        }
        Path classes = folder.resolve("classes.list");
        Files.write(classes, merged(lists), StandardCharsets.ISO_8859_1);
        // another name each time: what a JVM began that was killed may go on for a moment
        Path made = folder.resolve(UUID.randomUUID() + ".made");
        run(with(false, "-Xshare:dump", "-XX:SharedClassListFile=" + classes, "-XX:SharedArchiveFile=" + made));
        run(with(true, "-Xshare:on", "-XX:SharedArchiveFile=" + made), "-version");
        Files.move(made, folder.resolve(Files.size(made) + ENDING), ATOMIC_MOVE);
    }

    private static void jar(Path root, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (Path file : below(root)) {
                boolean isFolder = Files.isDirectory(file);
                if (!file.equals(root)) {
                    out.putNextEntry(new ZipEntry(root.relativize(file) + (isFolder ? "/" : "")));
                }
                if (!isFolder) {
                    Files.copy(file, out);
                }
            }
        }
    }

    /**
     * Each line once, without the numbers that it has in one list, and without what other loaders loaded. The last line
     * of a child that was killed may be half of one.
     */
    private static Set<String> merged(List<Path> lists) throws IOException {
        Set<String> all = new LinkedHashSet<>();
        for (Path list : lists) {
            String text = Files.readString(list, StandardCharsets.ISO_8859_1);
            text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.contains(" source: "))
                    .map(line -> line.replaceAll(" id: \\d+", ""))
                    .forEach(all::add);
        }
        return all;
    }

    private void run(List<String> options, String... more) {
        List<String> command = new ArrayList<>(java);
        command.addAll(options);
        command.addAll(List.of(more));
        try (JavaProcess process = JavaProcess.start("class archive", command)) {
            int code = process.awaitExit(BOUND);
            if (code != 0) {
                throw new AssertionError(process.toString());
            }
        }
    }
}
