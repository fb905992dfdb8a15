package io.orderflow.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.OrderListener;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnreliableQueueTest {
    private final UnreliableQueue queue = UnreliableQueue.byHand();
    private final List<UUID> heard = new CopyOnWriteArrayList<>();
    private final TestShop shop = shop(queue, heard);

    private static TestShop shop(UnreliableQueue queue, List<UUID> heard) {
        OrderListener listener = new OrderListener() {
            @Override
            public void decided(List<Decision> decisions) {
                decisions.forEach(decision -> heard.add(decision.orderId()));
            }
        };
        return TestShop.open(options -> options.queue(queue).listener(listener))
                .product(1, 1, 10_000)
                .wallet(7, 10_000);
    }

    @AfterEach
    void close() {
        shop.assertSound();
        shop.close();
    }

    private static OrderRequest order(int cart) {
        return OrderRequest.of(7).line(1, 1).idempotencyKey("cart-" + cart).build();
    }

    private UUID submit(int cart) {
        OrderRequest request = order(cart);
        shop.submit(request);
        return request.id();
    }

    @Test
    void loses() {
        queue.loseNext();
        UUID lost = submit(1);
        UUID kept = submit(2);
        assertEquals(1, shop.decideFromQueue());
        assertEquals(List.of(kept), heard);
        assertEquals(1, queue.lost());
        assertEquals(1, shop.decide());
        assertEquals(List.of(kept, lost), heard);
    }

    @Test
    void repeats() {
        queue.repeatNext();
        UUID order = submit(1);
        assertEquals(OptionalLong.of(2), queue.depth());
        assertEquals(1, shop.decideFromQueue());
        assertEquals(OptionalLong.of(0), queue.depth());
        assertEquals(1, queue.repeated());
        assertEquals(List.of(order), heard);
        assertEquals(9_999, shop.processor().wallets().find(7).orElseThrow().balance());
    }

    @Test
    void delays() {
        queue.delayNext();
        UUID late = submit(1);
        UUID order = submit(2);
        assertEquals(1, shop.decideFromQueue());
        assertEquals(1, queue.delayed());
        assertEquals(OptionalLong.of(1), queue.depth());
        assertEquals(1, queue.deliverDelayed());
        assertEquals(1, shop.decideFromQueue());
        assertEquals(List.of(order, late), heard);
    }

    @Test
    void aMessageThatComesAfterItsOrderWasDecidedChangesNothing() {
        queue.delayNext();
        UUID order = submit(1);
        assertEquals(1, shop.decide());
        queue.deliverDelayed();
        assertEquals(0, shop.decide());
        assertEquals(OptionalLong.of(0), queue.depth());
        assertEquals(List.of(order), heard);
    }

    @Test
    void swaps() {
        queue.swapNext();
        List<UUID> submitted = new ArrayList<>(List.of(submit(1), submit(2), submit(3)));
        assertEquals(3, shop.decideFromQueue());
        assertEquals(List.of(submitted.get(1), submitted.get(0), submitted.get(2)), heard);
    }

    @Test
    void aSwappedMessageWithoutASuccessorComesWhenItIsTold() {
        queue.swapNext();
        submit(1);
        assertEquals(0, shop.decideFromQueue());
        assertEquals(1, queue.deliverDelayed());
        assertEquals(1, shop.decideFromQueue());
    }

    @Test
    void whatIsToldIsForOneMessageAfterTheOther() {
        queue.loseNext().repeatNext();
        submit(1);
        submit(2);
        submit(3);
        assertEquals(2, shop.decideFromQueue());
        assertEquals(1, queue.lost());
        assertEquals(1, queue.repeated());
    }

    @Test
    void chanceHarmsNoOrder() {
        int faults = 0;
        for (int run = 0; run < 2; run++) {
            UnreliableQueue random = UnreliableQueue.random(new Random(42), 50);
            List<UUID> told = new CopyOnWriteArrayList<>();
            try (TestShop other = shop(random, told)) {
                List<UUID> orders = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    OrderRequest request = order(i);
                    orders.add(request.id());
                    other.submit(request);
                    if (i % 10 == 9) {
                        other.decideFromQueue();
                    }
                }
                random.deliverDelayed();
                other.decide();

                assertEquals(100, told.size());
                assertEquals(new HashSet<>(orders), new HashSet<>(told));
                orders.forEach(id ->
                        assertEquals(OrderStatus.COMPLETED, other.order(id).status()));
                other.assertSound();
                int happened = 1_000 * random.lost() + random.repeated();
                assertTrue(random.lost() > 0 && random.repeated() > 0, "faults " + happened);
                faults = run == 0 ? happened : faults;
                assertEquals(faults, happened, "the same seed");
            }
        }
    }

    @Test
    void aWrongPercentageIsRefused() {
        for (int percent : List.of(-1, 101)) {
            Exception thrown =
                    assertThrows(IllegalArgumentException.class, () -> UnreliableQueue.random(new Random(1), percent));
            assertEquals("percent must be between 0 and 100: " + percent, thrown.getMessage());
        }
    }
}
