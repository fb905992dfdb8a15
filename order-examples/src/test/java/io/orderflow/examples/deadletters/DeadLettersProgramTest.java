package io.orderflow.examples.deadletters;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.DeadLetter;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.common.LetterMaker;
import io.orderflow.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("deadletters")
class DeadLettersProgramTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final byte[] NOISE = "no frame".getBytes(StandardCharsets.UTF_8);
    private static final String NOBODY = "00".repeat(32);

    @TempDir
    Path folder;

    private final TestDatabase database = TestDatabase.h2();
    private final OrderRequest request = LetterMaker.request();
    private HikariDataSource pool;
    private String noise;
    private String poison;

    @BeforeEach
    void makeShop() throws InterruptedException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        pool = new HikariDataSource(config);
        List<DeadLetter> letters = LetterMaker.make(pool, request, NOISE);
        noise = letters.get(0).id();
        poison = letters.get(1).id();
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    private ProgramRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("deadletters"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--db", database.jdbcUrl(), "--db-user", database.user()));
        return ProgramRun.of(all.toArray(String[]::new));
    }

    @Test
    @DisplayName("lists what was set aside, newest first, by a filter and page by page")
    void list() {
        ProgramRun text = run("list");
        assertAll(
                text::toString,
                () -> assertEquals(0, text.exitCode()),
                () -> assertTrue(text.out().startsWith(noise)),
                () -> assertTrue(text.out().contains("UNDECODABLE")),
                () -> assertTrue(text.out().contains("  POISON, tried 3 times alone, ")),
                () -> assertTrue(text.out().contains("order " + request.id() + ", now PARKED")));
        JsonNode json = run("list", "--json").json().path("deadLetters");
        assertEquals(2, json.size());
        assertEquals(poison, json.at("/1/id").asText());
        assertEquals(3, json.at("/1/attempts").intValue());
        assertEquals("PARKED", json.at("/1/orderStatus").asText());
        assertEquals(1, listed("--reason", "undecodable"));
        assertEquals(2, listed("--reason", "UNDECODABLE", "--reason", "POISON"));
        assertEquals(1, listed("--order", request.id().toString()));
        assertEquals(0, listed("--older-than", "2h"));
        assertEquals(2, listed("--from", "2020-01-01T00:00:00Z"));
        assertEquals(0, listed("--before", "2020-01-01T00:00:00Z"));
        JsonNode first = run("list", "--limit", "1", "--json").json();
        JsonNode second =
                run("list", "--after", first.path("next").asText(), "--json").json();
        assertEquals(poison, second.at("/deadLetters/0/id").asText());
        assertTrue(second.path("next").isMissingNode());
    }

    private int listed(String... filter) {
        List<String> all = new ArrayList<>(List.of("list", "--json"));
        all.addAll(List.of(filter));
        ProgramRun run = run(all.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run::toString);
        return run.json().path("deadLetters").size();
    }

    @Test
    @DisplayName("shows bytes, what they say and the order, and writes the bytes to a new file")
    void show() throws Exception {
        ProgramRun text = run("show", poison);
        assertAll(
                text::toString,
                () -> assertEquals(0, text.exitCode()),
                () -> assertTrue(text.out().contains("asked for: order " + request.id() + " of buyer 9999")),
                () -> assertTrue(text.out().contains("2 of product 9999")),
                () -> assertTrue(text.out().contains("in the shop: order " + request.id())),
                () -> assertTrue(text.out().contains("    4f460100")));
        JsonNode json = run("show", poison, "--json").json();
        assertEquals(2, json.at("/contents/0/lines/0/quantity").intValue());
        assertEquals("PARKED", json.at("/order/status").asText());
        Path file = folder.resolve("noise");
        ProgramRun exported = run("show", noise, "--out", file.toString());
        assertEquals(0, exported.exitCode(), exported::toString);
        assertArrayEquals(NOISE, Files.readAllBytes(file));
        assertTrue(exported.out().contains("not decoded: "), exported::toString);
        ProgramRun again = run("show", noise, "--out", file.toString());
        assertEquals(1, again.exitCode(), again::toString);
        assertTrue(again.err().startsWith("error: --out is there already"), again::toString);
        ProgramRun gone = run("show", NOBODY);
        assertEquals(1, gone.exitCode(), gone::toString);
        assertTrue(gone.err().startsWith("error: there is no dead letter " + NOBODY), gone::toString);
    }

    @Test
    @DisplayName("brings a parked order back, and says what it cannot")
    void redrive() throws InterruptedException {
        ProgramRun some = run("redrive", poison, noise, NOBODY, "--json");
        assertEquals(1, some.exitCode(), some::toString);
        JsonNode results = some.json().path("results");
        assertEquals("DONE", results.at("/0/result").asText());
        assertEquals(request.id().toString(), results.at("/0/orderId").asText());
        assertEquals("NO_ORDER", results.at("/1/refusal").asText());
        assertEquals("GONE", results.at("/2/result").asText());
        ProgramRun again = run("redrive", poison);
        assertEquals(1, again.exitCode(), again::toString);
        assertTrue(again.out().contains(poison + " is not there"), again::toString);
        decided();
    }

    private void decided() throws InterruptedException {
        try (OrderProcessor orders = OrderProcessor.builder(pool).build().start()) {
            orders.workers(WorkerConfig.defaults()).start();
            assertEquals(
                    OrderStatus.COMPLETED,
                    orders.await(request.id(), BOUND).orElseThrow().status());
            assertTrue(orders.audit().ok());
        }
    }

    @Test
    @DisplayName("brings back and discards many, and keeps what is parked")
    void many() throws InterruptedException {
        ProgramRun discarded = run("discard", "--all", "--yes", "--by", "the one on duty");
        assertEquals(1, discarded.exitCode(), discarded::toString);
        assertTrue(discarded.out().contains("  1 discarded"), discarded::toString);
        assertTrue(discarded.out().contains("  1 refused: PARKED"), discarded::toString);
        ProgramRun redriven = run("redrive", "--reason", "POISON", "--yes", "--json");
        assertEquals(0, redriven.exitCode(), redriven::toString);
        assertEquals(1, redriven.json().path("done").intValue());
        assertEquals(0, listed());
        assertEquals(0, run("discard", "--all", "--yes").exitCode());
        decided();
    }

    @Test
    @DisplayName("discards one message, and refuses what is parked")
    void discard() {
        assertEquals(0, run("discard", noise).exitCode());
        ProgramRun refused = run("discard", poison);
        assertEquals(1, refused.exitCode(), refused::toString);
        assertTrue(refused.out().contains("refused: order " + request.id()), refused::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "show xyz | ID must have 64 hexadecimal digits: xyz",
                "redrive | name dead letters by their ID, or give a filter or --all, with --yes",
                "redrive --all | --yes is needed for all that a filter or --all means",
                "discard --reason POISON | --yes is needed for all that a filter or --all means",
                "discard --all --reason POISON --yes | --all must not be given with a filter",
                "discard ID --all --yes | a filter or --all must not be given with an ID",
                "discard ID --yes | --yes has no effect with an ID",
                "discard ID --by= | --by must have between 1 and 255 characters",
                "list --limit 0 | --limit must be between 1 and 500: 0",
                "list --reason BAD | Invalid value for option '--reason'",
                "list --from yesterday | --from must be a time of UTC such as 2026-01-31T12:00:00Z: yesterday",
                "list --older-than 2w | --older-than must be a number of up to 6 digits with s, m, h or d: 2w",
                "list --older-than 2h --before 2026-01-01T00:00:00Z | --older-than must not be given with --before",
                "list --from 2026-01-02T00:00:00Z --before 2026-01-01T00:00:00Z | --before must be after from",
                "list --after 1_2 | --after must be the next of a page of dead letters: 1_2",
                "list --older-than 999999d | --before must be between 1000-01-01T00:00:00Z",
            })
    @DisplayName("refuses a wrong command line with exit code 2")
    void wrong(String line, String message) {
        String[] arguments = line.replace("ID", NOBODY).split(" ", -1);
        ProgramRun run = run(arguments);
        assertAll(
                run::toString,
                () -> assertEquals(2, run.exitCode()),
                () -> assertTrue(run.err().startsWith("error: " + message)));
        assertEquals(2, listed());
    }

    @Test
    @DisplayName("says which actions there are when none is named")
    void bare() {
        ProgramRun run = ProgramRun.of("deadletters");
        assertEquals(2, run.exitCode(), run::toString);
        assertTrue(run.err().contains("list, show, redrive or discard"), run::toString);
    }
}
