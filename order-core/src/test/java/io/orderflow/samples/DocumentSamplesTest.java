package io.orderflow.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderStatus;
import io.orderflow.samples.SampleBlocks.Block;
import io.orderflow.testing.TestDatabase;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every piece of Java in the README and in docs/ is a piece of a program or a test that is compiled and run. */
class DocumentSamplesTest {
    private final TestDatabase database = TestDatabase.h2();
    private final HikariDataSource pool = database.dataSource(6);

    @AfterEach
    void closeDatabase() {
        database.close();
    }

    @Test
    void theDocumentsShowTheSamplesAsTheyAre() {
        Set<String> shown = new HashSet<>();
        for (Block block : SampleBlocks.ofDocuments()) {
            assertFalse(block.sample().isEmpty(), "no sample named before " + block.place());
            assertEquals(
                    String.join("\n", SampleBlocks.ofSource(block.sample())),
                    String.join("\n", block.text()),
                    block.place());
            shown.add(block.sample());
        }
        assertEquals(
                Set.of(
                        "PlaceOrderMain",
                        "AnswersMain",
                        "OwnTransactionMain",
                        "InvoiceMain",
                        "CancelMain",
                        "RefundMain",
                        "FlashSaleMain",
                        "HoldMain",
                        "RedisSample",
                        "RabbitSample",
                        "MetricsMain",
                        "TracingMain",
                        "DeadLettersMain",
                        "PauseMain",
                        "UrgentMain",
                        "PageMain",
                        "FeedMain",
                        "FeedTransactionMain",
                        "WebhookCheck",
                        "ArchiveMain",
                        "CheckoutTest",
                        "SeveralServersMain",
                        "ExamineMain",
                        "FlywayMain",
                        "spring/Carts",
                        "spring/Parcels",
                        "quarkus/Orders",
                        "quarkus/Checkout",
                        "micronaut/Orders",
                        "micronaut/Checkout",
                        "kotlin/Host"),
                shown);
    }

    @Test
    void thePackageDescriptionShowsTheEmbeddingSample() {
        assertEquals(
                String.join("\n", SampleBlocks.ofSource("EmbeddingSample")),
                String.join("\n", SampleBlocks.ofPackageDescription()));
    }

    @Test
    void theEmbeddingSampleTakesTenLines() {
        assertTrue(SampleBlocks.ofSource("EmbeddingSample").size() <= 11, "ten lines and the closing brace");
    }

    @Test
    void theEmbeddingSampleCompletesItsOrderOnceHoweverOftenItRuns() throws Exception {
        Order first = EmbeddingSample.run(pool).orElseThrow();
        Order second = EmbeddingSample.run(pool).orElseThrow();

        assertEquals(OrderStatus.COMPLETED, first.status());
        assertEquals(500, first.total());
        assertEquals(first, second);
        OrderProcessor orders = OrderProcessor.builder(pool).build();
        assertEquals(8, orders.inventory().find(1).orElseThrow().available());
        assertEquals(4_500, orders.wallets().find(7).orElseThrow().balance());
    }
}
