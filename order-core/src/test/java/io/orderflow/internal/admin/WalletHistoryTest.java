package io.orderflow.internal.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderSchema;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.Product;
import io.orderflow.StockAdjustment;
import io.orderflow.WalletAdjustment;
import io.orderflow.Wallets.Entry;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.model.DatabaseContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wallets and products as the host reads them. */
class WalletHistoryTest extends DatabaseContract {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 500})
    void aHistoryAddsUpNewestFirstInPages(int size) {
        shop().inventory().define(1, 10, 100, "define");
        shop().inventory().define(7, 10, 100, "a product with the number of the buyer");
        shop().wallets().open(8, 1_000, "somebody else");
        shop().wallets()
                .applyAll(List.of(
                        WalletAdjustment.open(7, 100, "open"),
                        WalletAdjustment.deposit(7, 50, "deposit"),
                        WalletAdjustment.withdraw(7, 20, "withdraw")));
        OrderEntry first = order(7, 1, 2);
        OrderEntry second = order(7, 1, 3);
        shop().decide(List.of(order(8, 1, 1), first, order(7, 1, 99), second));
        shop().wallets().deposit(7, 1, "last");

        List<Entry> entries = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            Page<Entry> page = shop().wallets().history(7, new PageRequest(size, next));
            assertTrue(page.entries().size() <= size);
            entries.addAll(page.entries());
            next = page.next();
        } while (next.isPresent());

        assertEquals(
                List.of(1L, -30L, -20L, -20L, 50L, 100L),
                entries.stream().map(Entry::amount).toList());
        assertEquals(
                List.of(
                        Optional.of("last"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("withdraw"),
                        Optional.of("deposit"),
                        Optional.of("open")),
                entries.stream().map(Entry::reference).toList());
        List<Optional<UUID>> orders = entries.stream().map(Entry::order).toList();
        assertEquals(List.of(Optional.of(second.id()), Optional.of(first.id())), orders.subList(1, 3));
        List<Long> decisions = entries.stream().map(Entry::decision).toList();
        assertEquals(decisions.stream().sorted((a, b) -> Long.compare(b, a)).toList(), decisions);
        assertEquals(
                entries.stream().mapToLong(Entry::amount).sum(),
                shop().wallets().find(7).orElseThrow().balance());
        assertFalse(entries.get(0).at().isBefore(entries.get(5).at()));
    }

    /**
     * Orders of one buyer come in groups and are decided in any order, with and without a row, completed and rejected,
     * between those of others and adjustments; and again after each page that was read.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void noEntryIsSkippedOrRepeatedInWhateverOrderTheOrdersAreDecided(int size) {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        shop().inventory().define(1, 1, 10_000, "define");
        shop().wallets()
                .applyAll(List.of(WalletAdjustment.open(7, 10_000, "open"), WalletAdjustment.open(8, 10_000, "other")));
        List<OrderEntry> waiting = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            somethingHappens(random, waiting);
        }
        for (int walk = 0; walk < 3; walk++) {
            List<Entry> entries = new ArrayList<>();
            Optional<String> next = Optional.empty();
            List<String> expected = entriesByDecision();
            do {
                Page<Entry> page = shop().wallets().history(7, new PageRequest(size, next));
                entries.addAll(page.entries());
                next = page.next();
                assertEquals(
                        next.isPresent() ? size : page.entries().size(),
                        page.entries().size());
                if (random.nextInt(4) == 0) {
                    somethingHappens(random, waiting);
                }
            } while (next.isPresent());
            List<String> seen = entries.stream()
                    .map(entry -> entry.decision() + " " + entry.amount())
                    .toList();
            assertEquals(expected, seen, "seed " + seed);
        }
    }

    private void somethingHappens(Random random, List<OrderEntry> waiting) {
        List<OrderEntry> group = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int buyer = 7 + random.nextInt(2);
            int product = 1 + random.nextInt(4) / 3;
            int quantity = 1 + random.nextInt(3);
            boolean charged = random.nextInt(4) > 0;
            group.add(charged ? order(buyer, product, quantity) : external(buyer, product, quantity));
        }
        if (random.nextInt(4) > 0) {
            shop().journal(group);
        }
        waiting.addAll(group);
        Collections.shuffle(waiting, random);
        List<OrderEntry> batch = waiting.subList(0, random.nextInt(waiting.size() + 1));
        if (!batch.isEmpty()) {
            shop().decide(List.copyOf(batch));
            batch.clear();
        }
        if (random.nextInt(5) == 0) {
            shop().wallets().deposit(7, 1, "deposit " + random.nextLong());
        }
    }

    /** A page of one entry asks so many batches about what they decided, and no more. */
    @Test
    void anOldOrderIsFoundThatManyBatchesWereDecidedBefore() {
        shop().inventory().define(1, 1, 1_000, "define");
        shop().wallets()
                .applyAll(List.of(WalletAdjustment.open(7, 1_000, "open"), WalletAdjustment.open(8, 1_000, "other")));
        OrderEntry old = order(7, 1, 1);
        shop().journal(List.of(old));
        for (int batch = 0; batch < 60; batch++) {
            OrderEntry next = order(batch < 3 ? 7 : 8, 1, 1);
            shop().journal(List.of(next));
            shop().decide(List.of(next));
        }
        shop().decide(List.of(old));
        Entry newest =
                shop().wallets().history(7, PageRequest.first(1)).entries().get(0);
        assertEquals(Optional.of(old.id()), newest.order());
    }

    /** All entries of wallet 7 as the tables have them, newest first: number and amount. */
    private List<String> entriesByDecision() {
        return shop().read("SELECT o.batch_id * 1000 + o.place AS decision, -SUM(l.quantity * l.unit_price)"
                + " FROM orderflow_orders o JOIN orderflow_order_line l ON l.order_id = o.id"
                + " WHERE o.buyer = 7 AND o.status = 1 AND SUBSTRING(o.request, 1, 1) = x'01' GROUP BY o.batch_id, o.place UNION ALL"
                + " SELECT batch_id * 1000 + place, amount FROM orderflow_adjustment WHERE subject = 7 AND kind > 10"
                + " ORDER BY decision DESC");
    }

    @Test
    void aStrangerHasNoHistoryAndAStrangePositionIsRefused() {
        assertEquals(
                List.of(), shop().wallets().history(99, PageRequest.first(5)).entries());
        assertThrows(
                IllegalArgumentException.class, () -> shop().wallets().history(99, PageRequest.after("2026-01-01", 5)));
        for (String next : List.of("", "1", "1_", "_1", "x_1", "1_1_1", "1_" + Long.MIN_VALUE, "1_" + Long.MAX_VALUE)) {
            assertThrows(
                    IllegalArgumentException.class, () -> shop().wallets().history(99, PageRequest.after(next, 5)));
        }
    }

    @Test
    void productsAreFoundByAscendingIdWithoutDoubles() {
        List<Product> expected = new ArrayList<>();
        List<Long> asked = new ArrayList<>();
        List<StockAdjustment> definitions = new ArrayList<>();
        for (long product = 0; product < 1_200; product++) {
            definitions.add(StockAdjustment.define(product, product, 2 * product, "define " + product));
            expected.add(new Product(product, product, 2 * product, OptionalLong.empty()));
            asked.add(1_199 - product);
            asked.add(5_000 + product);
        }
        shop().inventory().applyAll(definitions);
        asked.addAll(List.of(3L, 3L));
        assertEquals(expected, shop().inventory().findAll(asked));
        assertEquals(List.of(), shop().inventory().findAll(List.of()));
        assertEquals(Optional.empty(), shop().inventory().find(1_200));
    }

    /** Many hosts set their pool so. */
    @Test
    void everythingWorksOnAPoolWithoutAutocommit() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(shop().database().jdbcUrl());
        config.setUsername(shop().database().user());
        config.setPassword(shop().database().password());
        config.setAutoCommit(false);
        config.setMaximumPoolSize(4);
        try (HikariDataSource pool = new HikariDataSource(config);
                OrderProcessor processor = OrderProcessor.builder(pool).build().start()) {
            OrderSchema.of(pool).createOrUpgrade();
            OrderSchema.of(pool).check();
            processor.inventory().define(1, 10, 5, "define");
            processor.wallets().open(1, 100, "open");
            OrderEntry order = order(1, 1, 1);
            shop().decide(List.of(order));
            for (int again = 0; again < 6; again++) {
                assertEquals(4, processor.inventory().find(1).orElseThrow().available());
                assertEquals(
                        2,
                        processor
                                .wallets()
                                .history(1, PageRequest.first(9))
                                .entries()
                                .size());
                assertEquals(
                        1, processor.ordersOf(1, PageRequest.first(9)).entries().size());
                assertTrue(processor.find(order.id()).isPresent());
                assertTrue(processor.await(order.id(), Duration.ofSeconds(5)).isPresent());
                assertTrue(processor.audit().ok());
            }
            shop().wallets().deposit(1, 1, "deposit");
            assertEquals(91, processor.wallets().find(1).orElseThrow().balance(), "no old snapshot");
        }
    }
}
