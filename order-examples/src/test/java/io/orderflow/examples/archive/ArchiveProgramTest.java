package io.orderflow.examples.archive;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveFile;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.examples.Main;
import io.orderflow.examples.ProgramRun;
import io.orderflow.testing.Eventually;
import io.orderflow.testing.JavaProcess;
import io.orderflow.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("archive")
class ArchiveProgramTest {
    private static final int ORDERS = 60;

    @TempDir
    Path folder;

    private ProgramRun run(OldShop shop, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("archive"));
        all.addAll(List.of(arguments));
        return ProgramRun.of(shop.program(folder, all.toArray(String[]::new)));
    }

    private Path archive() throws Exception {
        return Files.createDirectories(folder.resolve("archive"));
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.list(archive())) {
            return files.toList();
        }
    }

    @Test
    @DisplayName("counts, archives into a new file for each run, and says what it did")
    void archives() throws Exception {
        try (TestDatabase database = TestDatabase.h2();
                OldShop shop = OldShop.on(database)) {
            Map<OrderRequest, Order> old = shop.fill(ORDERS);
            String to = archive().toString();
            ProgramRun dry = run(shop, "--dry-run", "--to", to);
            assertAll(
                    dry::toString,
                    () -> assertEquals(0, dry.exitCode()),
                    () -> assertTrue(dry.out().contains("  60 orders would be archived")),
                    () -> assertTrue(dry.out().contains("  nothing was changed")),
                    () -> assertEquals(List.of(), files()),
                    () -> assertEquals(0, shop.audited().archived()));
            JsonNode counted = run(shop, "--dry-run", "--json").json();
            assertEquals(ORDERS, counted.path("archived").intValue());
            assertTrue(counted.path("dryRun").booleanValue());
            ProgramRun run = run(shop, "--to", to, "--progress");
            assertEquals(0, run.exitCode(), run::toString);
            String file = files().get(0).toString();
            assertTrue(run.out().contains("  60 orders archived to " + file + " in "), run::toString);
            assertEquals(
                    old.keySet().stream().map(OrderRequest::id).collect(Collectors.toSet()),
                    ArchiveLines.in(archive()).ids());
            assertEquals(ORDERS, shop.audited().archived());
            JsonNode nothing = run(shop, "--to", to, "--json").json();
            assertEquals(0, nothing.path("archived").intValue());
            assertTrue(nothing.path("ok").booleanValue());
            assertTrue(nothing.path("file").isNull(), nothing::toString);
            assertEquals(1, files().size());
            if (Files.getFileStore(archive()).supportsFileAttributeView("posix")) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))));
            }
        }
    }

    @Test
    @DisplayName("writes nothing to a file that is in use, or is none of its own")
    void refusesFiles() throws Exception {
        try (TestDatabase database = TestDatabase.h2();
                OldShop shop = OldShop.on(database)) {
            shop.fill(ORDERS);
            Path other = Files.writeString(folder.resolve("other.jsonl"), "a note without an end");
            failed(run(shop, "--to", other.toString()), "--to cannot be written: the file is not an archive");
            assertEquals("a note without an end", Files.readString(other));
            Path used = folder.resolve("used.jsonl");
            try (ArchiveFile file = ArchiveFile.open(used)) {
                shop.orders()
                        .archive()
                        .run(ArchiveConfig.builder().ordersPerPiece(1).build(), file, soFar -> false);
                failed(run(shop, "--to", used.toString()), "--to cannot be written: the archive is in use");
            }
            failed(
                    run(shop, "--to", folder.resolve("none").resolve("x.jsonl").toString()),
                    "--to must be a file that can be written, or be a folder or in one: ");
            assertEquals(1, shop.audited().archived());
            assertEquals(0, run(shop, "--to", used.toString()).exitCode());
            assertEquals(ORDERS, Files.readAllLines(used).size());
        }
    }

    private static void failed(ProgramRun run, String message) {
        assertAll(
                run::toString,
                () -> assertEquals(1, run.exitCode()),
                () -> assertTrue(run.err().startsWith("error: " + message)),
                () -> assertEquals(1, run.err().lines().count()));
    }

    @Test
    @DisplayName("ends after the piece in work when it is told to, and goes on when it is started again")
    void terminated() throws Exception {
        try (TestDatabase database = TestDatabase.h2File(folder.resolve("shop"));
                OldShop shop = OldShop.on(database)) {
            shop.fill(ORDERS);
            shop.leave();
            Path file = archive().resolve("orders.jsonl");
            String[] slow = {"archive", "--to", file.toString(), "--rate", "1", "--progress"};
            try (JavaProcess program = JavaProcess.start(List.of("-Xmx256m"), Main.class, shop.program(folder, slow))) {
                Eventually.await(
                        "it has begun",
                        OldShop.BOUND,
                        () -> ArchiveLines.size(folder.resolve("archive")) > 0 || !program.isAlive(),
                        program::toString);
                program.terminate();
                assertEquals(143, program.awaitExit(OldShop.BOUND), program::toString);
                int written = Files.readAllLines(file).size();
                assertTrue(written < ORDERS, program::toString);
                assertTrue(
                        program.lines().stream().anyMatch(line -> line.startsWith("  " + written + " orders archived")),
                        program::toString);
                assertTrue(program.lines().contains("  stopped before the end: run it again for the rest"));
                assertTrue(program.toString().contains("/60 ("), program::toString);
            }
            assertEquals(0, run(shop, "--to", file.toString()).exitCode());
            assertEquals(ORDERS, Files.readAllLines(file).size());
            shop.reopen();
            assertEquals(ORDERS, shop.audited().archived());
        }
    }

    @Test
    @DisplayName("forgets keys when their time is over")
    void forgets() throws Exception {
        try (TestDatabase database = TestDatabase.h2();
                OldShop shop = OldShop.on(database)) {
            shop.fill(ORDERS);
            assertEquals(0, run(shop, "--to", archive().toString()).exitCode());
            shop.age();
            assertTrue(run(shop, "--dry-run").out().contains("  40 keys would be forgotten"));
            ProgramRun run = run(shop, "--to", archive().toString());
            assertTrue(run.out().contains("  40 keys forgotten"), run::toString);
            assertEquals(0, shop.rows());
            shop.audited();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--older-than 90d | --to is needed, or --dry-run",
                "--to x --older-than 23h | --older-than must be between 1d and 36525d: 23h",
                "--to x --older-than 36526d | --older-than must be between 1d and 36525d: 36526d",
                "--to x --older-than 3w | --older-than must be a number of up to 6 digits with s, m, h or d: 3w",
                "--to x --keys-for 36526d | --keys-for must be between 0d and 36525d: 36526d",
                "--to x --keys-for 0d --keep-all-ids | --keep-all-ids has no effect with --keys-for 0d",
                "--to x --rate 0 | --rate must be between 1 and 1000000: 0",
                "--to x --rate 1000001 | --rate must be between 1 and 1000000: 1000001",
                "--to x --piece 0 | --piece must be between 1 and 500: 0",
                "--to x --piece 501 | --piece must be between 1 and 500: 501",
            })
    @DisplayName("refuses a wrong command line with exit code 2")
    void wrong(String line, String message) {
        ProgramRun run = ProgramRun.of(("archive " + line).split(" "));
        assertAll(
                run::toString,
                () -> assertEquals(2, run.exitCode()),
                () -> assertTrue(run.err().startsWith("error: " + message)));
        assertFalse(Files.exists(Path.of("x")));
    }

    /** The program says the bounds in its own words, and they are those of the library. */
    @Test
    @DisplayName("takes what the library takes")
    void bounds() throws Exception {
        try (TestDatabase database = TestDatabase.h2();
                OldShop shop = OldShop.on(database)) {
            for (String line : List.of(
                    "--older-than 24h --keys-for 0d --rate 1 --piece 1",
                    "--older-than 36525d --keys-for 36525d --keep-all-ids --rate 1000000 --piece 500")) {
                ProgramRun run = run(shop, ("--dry-run " + line).split(" "));
                assertEquals(0, run.exitCode(), run::toString);
            }
            shop.audited();
        }
    }
}
