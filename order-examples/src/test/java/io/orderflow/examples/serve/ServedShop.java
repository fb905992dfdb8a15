package io.orderflow.examples.serve;

import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.common.TestShops;
import io.orderflow.page.PageConfig;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** The application with a worker, on a free port of this machine, over an H2 in memory. */
final class ServedShop implements AutoCloseable {
    private final TestDatabase database;
    private final Shop shop;
    private final ShopServer server;
    private final ShopClient client;

    private ServedShop(TestDatabase database, Shop shop, ShopServer server) {
        this.database = database;
        this.shop = shop;
        this.server = server;
        this.client = new ShopClient(server.port());
    }

    static ServedShop start(ShopSeed seed) throws InterruptedException {
        return start(seed, pool -> {});
    }

    /** What a shop has before the application comes. */
    @FunctionalInterface
    interface Before {
        void happens(DataSource pool) throws InterruptedException;
    }

    static ServedShop start(ShopSeed seed, Before before) throws InterruptedException {
        return start(seed, before, PageConfig.defaults());
    }

    static ServedShop start(ShopSeed seed, Before before, PageConfig page) throws InterruptedException {
        return start(seed, before, HttpConfig.with(page));
    }

    static ServedShop start(ShopSeed seed, Before before, HttpConfig callers) throws InterruptedException {
        return start(seed, before, callers, ShopQueue.inMemory(), Optional.of(WorkerConfig.defaults()));
    }

    /** Without a worker; what is accepted is on its queue alone. */
    static ServedShop startUndecided(ShopSeed seed) throws InterruptedException {
        return start(seed, pool -> {}, HttpConfig.defaults(), TestShops.queueOnly(), Optional.empty());
    }

    private static ServedShop start(
            ShopSeed seed, Before before, HttpConfig callers, ShopQueue queue, Optional<WorkerConfig> workers)
            throws InterruptedException {
        TestDatabase database = TestDatabase.h2();
        Shop shop = TestShops.open(database, 10);
        before.happens(shop.dataSource());
        ShopServer server = new ShopServer(shop, queue, workers, Duration.ZERO, seed, true, callers, progress -> {})
                .start("127.0.0.1", 0);
        return new ServedShop(database, shop, server);
    }

    ShopServer server() {
        return server;
    }

    DataSource pool() {
        return shop.dataSource();
    }

    ShopClient client() {
        return client;
    }

    @Override
    public void close() {
        server.close();
        shop.close();
        database.close();
    }
}
