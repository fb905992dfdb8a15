package io.orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final int ENOUGH = 3;

    @TempDir
    private static Path classes;

    @TempDir
    private Path parent;

    private ClassArchive archive;

    /** Says its word. */
    static final class Speaker {
        private Speaker() {}

        public static void main(String[] arguments) {
            System.out.println("spoken");
        }
    }

    /** Has the turn to make the archive until it is killed. */
    static final class Holder {
        private Holder() {}

        @SuppressWarnings("try") // held until the end
        public static void main(String[] arguments) throws IOException {
            try (FileChannel turns = FileChannel.open(
                            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    AutoCloseable turn = turns.lock()) {
                System.out.println("held");
                System.in.read();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    /** Makes the archive in that folder. */
    static final class Maker {
        private Maker() {}

        public static void main(String[] arguments) throws IOException {
            ClassArchive archive = open(Path.of(arguments[0]), arguments[1]);
            archive.makeUnlessAnother(listed(archive.lists()));
        }
    }

    @BeforeAll
    static void compiled() throws IOException {
        String speaker = Speaker.class.getName().replace('.', '/') + ".class";
        Path copy = classes.resolve(speaker);
        Files.createDirectories(copy.getParent());
        try (InputStream compiled = ClassArchiveTest.class.getResourceAsStream("/" + speaker)) {
            Files.copy(compiled, copy);
        }
    }

    @BeforeEach
    void open() throws IOException {
        archive = open(parent, classes.toString());
    }

    private static ClassArchive open(Path parent, String classPath) throws IOException {
        return new ClassArchive(List.of(JAVA, "-XX:+UseSerialGC"), classPath, parent, ENOUGH);
    }

    private static List<Path> listed(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static JavaProcess start(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:+UseSerialGC"));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(Arrays.asList(arguments));
        return JavaProcess.start(main.getSimpleName(), command);
    }

    private static void assertSpeaks(List<String> options) {
        try (JavaProcess child = start(options, Speaker.class)) {
            assertEquals(0, child.awaitExit(BOUND), child::toString);
            assertEquals(List.of("spoken"), child.lines());
            assertEquals(List.of(), child.errorLines());
        }
    }

    /** As many lists as are enough, of one child. */
    private void listed() throws IOException {
        assertSpeaks(archive.options());
        Path list = listed(archive.lists()).get(0);
        for (int i = 1; i < ENOUGH; i++) {
            Files.copy(list, archive.lists().resolve(i + ".list"));
        }
    }

    private List<String> made() throws IOException {
        listed();
        archive.makeUnlessAnother(listed(archive.lists()));
        List<String> options = archive.options();
        assertTrue(uses(options), () -> parent + ": " + options);
        return options;
    }

    private boolean isMade() {
        try {
            return archive.file().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean uses(List<String> options) {
        return options.get(0).startsWith("-XX:SharedArchiveFile=");
    }

    @Test
    void afterEnoughChildrenTheNextTakesItsClassesFromTheArchive() throws IOException {
        for (int i = 0; i < ENOUGH; i++) {
            assertSpeaks(archive.options());
        }
        assertTrue(archive.file().isEmpty());
        assertSpeaks(archive.options());
        Eventually.await("it is made", BOUND, this::isMade, parent::toString);
        Path log = parent.resolve("loaded");
        List<String> options = new ArrayList<>(archive.options());
        options.add("-Xlog:class+load:file=" + log);
        assertSpeaks(options);
        assertTrue(Files.readString(log).contains(Speaker.class.getName() + " source: shared objects file"));
    }

    @Test
    void aChildWithoutAFittingArchiveRunsAsEver() throws IOException {
        List<String> options = made();
        Path file = archive.file().orElseThrow();
        Files.write(file, new byte[(int) Files.size(file)]);
        assertEquals(options, archive.options());
        assertSpeaks(options);
        Files.delete(file);
        assertSpeaks(options);
    }

    @Test
    void aPartOfAnArchiveIsNone() throws IOException {
        List<String> options = made();
        Path file = archive.file().orElseThrow();
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));
        for (Path list : listed(archive.lists())) {
            Files.delete(list);
        }
        assertFalse(uses(archive.options()));
        assertSpeaks(archive.options());
        listed();
        archive.makeUnlessAnother(listed(archive.lists()));
        assertTrue(uses(archive.options()));
        assertSpeaks(options);
    }

    @Test
    void aChildWhoseClassesAreOthersRunsAsEver() throws IOException {
        List<String> options = made();
        Path jar = listed(archive.lists().getParent()).stream()
                .filter(each -> each.toString().endsWith(".jar"))
                .findFirst()
                .orElseThrow();
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        assertSpeaks(options);
        Files.delete(jar);
        assertSpeaks(options);
    }

    @Test
    void nobodyMakesItWhileAnotherDoes() throws IOException {
        listed();
        Path lock = archive.lists().resolveSibling("lock");
        try (JavaProcess other = JavaProcess.start(Holder.class, lock.toString())) {
            other.awaitLine("held", BOUND);
            archive.makeUnlessAnother(listed(archive.lists()));
            assertTrue(archive.file().isEmpty());
            other.kill9();
            archive.makeUnlessAnother(listed(archive.lists()));
            assertTrue(archive.file().isPresent());
        }
    }

    @Test
    void whenItsMakerIsKilledTheNextOneMakesIt() throws IOException {
        listed();
        Path folder = archive.lists().getParent();
        try (JavaProcess maker = JavaProcess.start(Maker.class, parent.toString(), classes.toString())) {
            Eventually.await("it is at it", BOUND, () -> Files.exists(folder.resolve("classes.list")), maker::toString);
            maker.kill9();
        }
        assertTrue(archive.file().isEmpty());
        archive.makeUnlessAnother(listed(archive.lists()));
        assertSpeaks(archive.options());
        assertTrue(uses(archive.options()));
    }

    @Test
    void whatCannotBeMadeIsTriedOnce() throws IOException {
        listed();
        Files.writeString(archive.lists().resolve("1.list"), "no class, and no line of such a list\n@no-such-word\n");
        archive.makeUnlessAnother(listed(archive.lists()));
        assertTrue(archive.file().isEmpty());
        Path failed = archive.lists().resolveSibling("failed");
        FileTime first = Files.getLastModifiedTime(failed);
        archive.makeUnlessAnother(listed(archive.lists()));
        assertEquals(first, Files.getLastModifiedTime(failed));
        assertSpeaks(archive.options());
    }

    @Test
    void anotherContentOfTheClassPathHasAnother() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("classes"));
        Path archives = Files.createDirectory(parent.resolve("archives"));
        Path before = new ClassArchive(List.of(JAVA), folder.toString(), archives, ENOUGH).lists();
        assertEquals(before, new ClassArchive(List.of(JAVA), folder.toString(), archives, ENOUGH).lists());
        Files.writeString(folder.resolve("a.properties"), "a=1");
        Path after = new ClassArchive(List.of(JAVA), folder.toString(), archives, ENOUGH).lists();
        assertTrue(!before.equals(after) && Files.exists(after) && !Files.exists(before));
    }
}
