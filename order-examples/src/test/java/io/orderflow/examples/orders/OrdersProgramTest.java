package io.orderflow.examples.orders;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.orderflow.Order;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.RefundRequest;
import io.orderflow.examples.ProgramRun;
import io.orderflow.examples.common.LetterMaker;
import io.orderflow.testing.TestDatabase.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("orders")
class OrdersProgramTest {
    private static final String NOBODY = "00000000-0000-7000-8000-000000000000";

    @TempDir
    Path folder;

    private static List<String> texts(JsonNode array, String field) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.path(field).asText()));
        return texts;
    }

    private static OrderRequest order(int quantity) {
        return OrderRequest.of(RecordsShop.BUYER)
                .line(RecordsShop.PRODUCT, quantity)
                .build();
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("shows an order and tells its life up to its refund")
    void refunded(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder).withWorkers()) {
            Order order = shop.decided(order(3));
            shop.orders.changes().refund(RefundRequest.rest(order.id(), "broken-1"));
            String id = order.id().toString();
            ProgramRun show = shop.run("orders", "show", id);
            assertAll(
                    show::toString,
                    () -> assertEquals(0, show.exitCode()),
                    () -> assertTrue(show.out().startsWith("order " + id + " of buyer 7")),
                    () -> assertTrue(show.out().contains("  REFUNDED")),
                    () -> assertTrue(show.out().contains("  3 of product 1 at 10")),
                    () -> assertTrue(show.out().contains("  total 30, given back 30, paid by WALLET")));
            JsonNode shown = shop.run("orders", "show", id, "--json").json();
            assertEquals(order.decision().getAsLong(), shown.path("decision").asLong(), shown::toString);
            ProgramRun text = shop.run("orders", "timeline", id);
            assertAll(
                    text::toString,
                    () -> assertEquals(0, text.exitCode()),
                    () -> assertTrue(text.out().contains("  " + order.createdAt() + "  accepted")),
                    () -> assertTrue(text.out()
                            .contains("  " + order.decidedAt().orElseThrow() + "  COMPLETED, 30, number "
                                    + order.decision().getAsLong())),
                    () -> assertTrue(text.out().contains("  REFUNDED, 30, reference broken-1, number ")),
                    () -> assertTrue(text.out().contains("  not stored: when it was sent to the queue")));
            JsonNode json = shop.run("orders", "timeline", id, "--json").json();
            assertEquals(List.of("COMPLETED", "REFUNDED"), texts(json.path("events"), "type"), json::toString);
            assertTrue(json.path("waiting").isMissingNode(), json::toString);
            ProgramRun gone = shop.run("orders", "timeline", NOBODY);
            assertEquals(1, gone.exitCode(), gone::toString);
            assertTrue(gone.err().startsWith("error: there is no order " + NOBODY), gone::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("tells how an order was parked, brought back and decided, and how another one was released")
    void parked(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder)) {
            OrderRequest poison = LetterMaker.request();
            String letter =
                    LetterMaker.make(shop.pool, poison, new byte[] {1}).get(1).id();
            JsonNode json = timeline(shop, poison.id());
            assertEquals(List.of("PARKED"), texts(json.path("events"), "type"), json::toString);
            assertEquals("PARKED", json.at("/waiting/place").asText());
            assertEquals("POISON", json.at("/waiting/parkedFor").asText());
            assertEquals(3, json.at("/waiting/attempts").intValue());
            assertEquals(letter, json.at("/deadLetters/0/id").asText());
            shop.orders.deadLetters().redrive(letter, "somebody");
            json = timeline(shop, poison.id());
            assertEquals(List.of("PARKED", "REDRIVEN"), texts(json.path("events"), "type"), json::toString);
            assertEquals("PLACED", json.at("/waiting/place").asText(), json::toString);
            assertEquals(
                    json.at("/events/1/at").asText(), json.at("/waiting/since").asText());
            shop.withWorkers();
            assertEquals(
                    OrderStatus.COMPLETED,
                    shop.orders
                            .await(poison.id(), RecordsShop.BOUND)
                            .orElseThrow()
                            .status());
            json = timeline(shop, poison.id());
            assertEquals(
                    List.of("PARKED", "REDRIVEN", "COMPLETED"), texts(json.path("events"), "type"), json::toString);
            Order held = shop.decided(OrderRequest.of(RecordsShop.BUYER)
                    .line(RecordsShop.PRODUCT, 1)
                    .holdFor(Duration.ofHours(1))
                    .build());
            shop.orders.changes().release(held.id(), "not-paid");
            json = timeline(shop, held.id());
            assertEquals(List.of("RESERVED", "RELEASED"), texts(json.path("events"), "type"), json::toString);
            assertEquals("not-paid", json.at("/events/1/reference").asText());
        }
    }

    private static JsonNode timeline(RecordsShop shop, UUID id) throws Exception {
        return shop.run("orders", "timeline", id.toString(), "--json").json();
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("lists what was decided, latest first, page by page and by status, and finds by buyer, key and id")
    void lists(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder)) {
            Order cancelled = shop.orders.find(shop.accept(order(1)).id()).orElseThrow();
            shop.orders.changes().cancel(cancelled.id(), "changed-mind");
            shop.withWorkers();
            Order keyed = shop.decided(OrderRequest.of(RecordsShop.BUYER)
                    .line(RecordsShop.PRODUCT, 1)
                    .idempotencyKey("cart-7")
                    .build());
            Order rejected =
                    shop.decided(OrderRequest.of(8).line(RecordsShop.PRODUCT, 1).build());
            assertEquals(OrderStatus.REJECTED, rejected.status());
            JsonNode all = shop.run("orders", "list", "--json").json();
            assertEquals(
                    List.of(
                            rejected.id().toString(),
                            keyed.id().toString(),
                            cancelled.id().toString()),
                    texts(all.path("orders"), "orderId"),
                    all::toString);
            JsonNode first =
                    shop.run("orders", "list", "--limit", "2", "--json").json();
            JsonNode second = shop.run(
                            "orders", "list", "--after", first.path("next").asText(), "--json")
                    .json();
            assertEquals(List.of(cancelled.id().toString()), texts(second.path("orders"), "orderId"), second::toString);
            assertTrue(second.path("next").isMissingNode(), second::toString);
            assertFound(shop.run("orders", "list", "--status", "REJECTED", "--json"), rejected);
            assertFound(shop.run("orders", "find", "--buyer", "8", "--json"), rejected);
            assertFound(shop.run("orders", "find", "--buyer", "7", "--key", "cart-7", "--json"), keyed);
            assertFound(shop.run("orders", "find", "--id", keyed.id().toString().substring(0, 13), "--json"), keyed);
            ProgramRun none = shop.run("orders", "find", "--buyer", "8", "--key", "cart-7");
            assertEquals(1, none.exitCode(), none::toString);
            assertEquals("  no orders", none.out().stripTrailing());
            assertEquals(2, shop.run("orders", "list", "--after", "x").exitCode());
        }
    }

    private static void assertFound(ProgramRun run, Order order) {
        assertEquals(0, run.exitCode(), run::toString);
        assertEquals(List.of(order.id().toString()), texts(run.json().path("orders"), "orderId"), run::toString);
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "MARIADB"})
    @DisplayName("pending lists what waits, longest first, and its exit code is 1 then")
    void pending(Kind kind) throws Exception {
        try (RecordsShop shop = new RecordsShop(kind, folder)) {
            ProgramRun none = shop.run("pending");
            assertEquals(0, none.exitCode(), none::toString);
            assertEquals("  no order waits", none.out().stripTrailing());
            OrderRequest poison = LetterMaker.request();
            LetterMaker.make(shop.pool, poison, new byte[] {1});
            OrderRequest waiting = shop.accept(order(1));
            ProgramRun run = shop.run("pending", "--json");
            assertEquals(1, run.exitCode(), run::toString);
            JsonNode found = run.json().path("orders");
            assertEquals(
                    List.of(poison.id().toString(), waiting.id().toString()), texts(found, "orderId"), run::toString);
            assertEquals(List.of("PARKED", "ROW"), texts(found, "place"), run::toString);
            ProgramRun text = shop.run("pending", "--limit", "1");
            assertEquals(1, text.exitCode(), text::toString);
            assertTrue(
                    text.out().contains("  " + poison.id() + "  buyer 9999  ")
                            && text.out().contains(", set aside for POISON, tried apart 3 times"),
                    text::toString);
            assertTrue(text.out().contains("  there may be more"), text::toString);
            ProgramRun young = shop.run("pending", "--older-than", "1h");
            assertEquals(0, young.exitCode(), young::toString);
            assertEquals("  no order waits that long", young.out().stripTrailing());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders find | give --buyer, with --key or without, or --id",
                "orders find --id 0190 --key k | --key needs --buyer",
                "orders find --buyer 7 --limit 0 | --limit must be between 1 and 500: 0",
                "orders find --buyer -1 | --buyer must be >= 0: -1",
                "orders list --buyer -1 | --buyer must be >= 0: -1",
                "orders list --limit 501 | --limit must be between 1 and 500: 501",
                "orders list --buyer 7 --status REJECTED | --status must not be given with --buyer",
                "orders show 17 | Invalid value for positional parameter",
                "orders show 1-2-3-4-5 | Invalid value for positional parameter",
                "orders timeline 0b8f6f5e-6f0e-4b7e-9c2e0d2f-6d1c7a11 | Invalid value for positional parameter",
                "pending --older-than 5 | --older-than must be a number of up to 6 digits with s, m, h or d: 5",
                "pending --older-than 36526d | --older-than must be at most 36525d: 36526d",
                "pending --limit 0 | --limit must be between 1 and 500: 0",
            })
    @DisplayName("refuses a wrong command line with exit code 2")
    void wrong(String line, String message) {
        ProgramRun run = ProgramRun.of(line.split(" "));
        assertAll(
                run::toString,
                () -> assertEquals(2, run.exitCode()),
                () -> assertTrue(run.err().startsWith("error: " + message)));
    }

    @Test
    @DisplayName("refuses what the library refuses, by the name of the option")
    void refused() throws Exception {
        try (RecordsShop shop = new RecordsShop(Kind.H2, folder)) {
            ProgramRun digits = shop.run("orders", "find", "--id", "019");
            assertEquals(2, digits.exitCode(), digits::toString);
            assertTrue(
                    digits.err().startsWith("error: --id must begin with 4 to 32 hexadecimal digits: 019"),
                    digits::toString);
            ProgramRun key = shop.run("orders", "find", "--buyer", "7", "--key", "");
            assertEquals(2, key.exitCode(), key::toString);
            assertTrue(
                    key.err().startsWith("error: --key must have between 1 and 255 characters: 0 characters"),
                    key::toString);
            ProgramRun status = shop.run("orders", "list", "--status", "PENDING");
            assertEquals(2, status.exitCode(), status::toString);
            assertTrue(status.err().startsWith("error: --status must be one of a decided order"), status::toString);
        }
    }
}
