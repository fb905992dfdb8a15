package io.orderflow.internal.worker;

import io.orderflow.model.ShopDatabase;
import io.orderflow.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests on a bench of their own each, and on one database for the class. */
abstract class BenchTests {
    static ShopDatabase shop;

    Bench bench;

    @BeforeAll
    static void open() {
        shop = ShopDatabase.open(TestDatabase.Kind.H2);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @BeforeEach
    void newBench() {
        bench = new Bench(shop);
    }
}
