package io.orderflow.examples.embed;

import com.zaxxer.hikari.HikariDataSource;
import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.DeadLetterTally;
import io.orderflow.OrderListener;
import io.orderflow.OrderProcessor;
import io.orderflow.PageRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.queue.InMemoryQueue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Looks at what was set aside, brings parked orders back, and discards what is no order. */
public final class DeadLettersMain {
    private DeadLettersMain() {}

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch setAside = new CountDownLatch(1);
        OrderListener listener = new OrderListener() {
            @Override
            public void deadLettered(DeadLetterReason reason, String detail) {
                setAside.countDown();
            }
        };
        InMemoryQueue queue = InMemoryQueue.builder().build();
        try (HikariDataSource pool = Database.open(args);
                OrderProcessor orders = OrderProcessor.builder(pool)
                        .queue(queue)
                        .createTables(true)
                        .listener(listener)
                        .build()
                        .start()) {
            orders.workers(WorkerConfig.defaults()).start();
            queue.publish("no order".getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(5));
            setAside.await();
            seeTo(orders);
        }
    }

    private static void seeTo(OrderProcessor orders) {
        // sample: begin
        DeadLetterOffice office = orders.deadLetters();
        DeadLetterFilter poison = DeadLetterFilter.ALL.withReasons(DeadLetterReason.POISON);
        DeadLetterTally tally = office.redriveAll(poison, "duty", sums -> System.out.println(sums.done() + " so far"));
        System.out.println(tally.done() + " brought back, " + tally.allRefused() + " refused");

        DeadLetterFilter noise = DeadLetterFilter.ALL.withReasons(DeadLetterReason.UNDECODABLE);
        for (DeadLetter letter : office.page(noise, PageRequest.first(50)).entries()) {
            DeadLetterResult result = office.discard(letter.id(), "duty");
            System.out.println(letter.length() + " bytes discarded: " + (result instanceof DeadLetterResult.Done));
        }
        // sample: end
    }
}
