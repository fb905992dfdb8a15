package io.orderflow.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.Order;
import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.OrderStatus;
import io.orderflow.testing.FaultPlan;
import io.orderflow.testing.FaultyDataSource;
import io.orderflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many who wait for verdicts, of this process and of others. */
class WaitersTest {
    private static final int WAITERS = 100;

    @ParameterizedTest
    @EnumSource
    void aHundredWaitersHearWhatAnotherProcessorDecided(TestDatabase.Kind kind) throws Exception {
        AtomicInteger polls = new AtomicInteger();
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind));
                OrderProcessor waiting =
                        OrderProcessor.builder(counted(shop, polls)).build().start()) {
            List<OrderRequest> requests = submit(shop);
            long start = System.nanoTime();
            assertAllHear(waiting, requests, shop::startWorkers);
            long ticks = Duration.ofNanos(System.nanoTime() - start).toMillis() / 10 + 5;
            assertTrue(polls.get() > 0 && polls.get() <= ticks, polls + " polls in " + ticks + " ticks of 10 ms");
            shop.settle();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHundredWaitersHearOfTheirOwnWorkers(TestDatabase.Kind kind) throws Exception {
        try (TestedShop shop = TestedShop.open(TestDatabase.open(kind))) {
            assertAllHear(shop.orders(), submit(shop), shop::startWorkers);
            shop.settle();
        }
    }

    /** The data source of the shop; counts the connections that the thread which polls for all waiters takes. */
    private static FaultyDataSource counted(TestedShop shop, AtomicInteger polls) {
        FaultPlan plan = (step, sql) -> {
            if (step == FaultPlan.Step.GET_CONNECTION
                    && Thread.currentThread().getName().equals("orderflow-await")) {
                polls.incrementAndGet();
            }
        };
        return new FaultyDataSource(shop.pool(), plan);
    }

    private static List<OrderRequest> submit(TestedShop shop) {
        List<OrderRequest> requests =
                IntStream.range(0, WAITERS).mapToObj(i -> Goods.order(3, i)).toList();
        requests.forEach(shop::submit);
        return requests;
    }

    private static void assertAllHear(OrderProcessor waiting, List<OrderRequest> requests, Runnable decide)
            throws InterruptedException, ExecutionException, TimeoutException {
        ExecutorService threads = Executors.newFixedThreadPool(WAITERS);
        try {
            CountDownLatch begun = new CountDownLatch(WAITERS);
            List<Future<Optional<Order>>> verdicts = new ArrayList<>();
            for (OrderRequest request : requests) {
                verdicts.add(threads.submit(() -> {
                    begun.countDown();
                    return waiting.await(request.id(), TestedShop.BOUND);
                }));
            }
            begun.await();
            decide.run();
            for (int i = 0; i < WAITERS; i++) {
                Order order = verdicts.get(i)
                        .get(TestedShop.BOUND.toSeconds(), TimeUnit.SECONDS)
                        .orElseThrow();
                assertEquals(requests.get(i).id(), order.id());
                assertTrue(order.status() != OrderStatus.PENDING, order::toString);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
