package io.orderflow.queue.rabbit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** The main program of a process with little memory, which a test starts: says on its output what came of it. */
final class SmallHeap {
    private static final int KEPT = 1_000_000;
    private static final long HUNGRY_MILLIS = 3_000;
    private static final long PATIENCE_MILLIS = 60_000;

    private SmallHeap() {}

    public static void main(String[] args) throws Exception {
        try (RabbitQueue queue = RabbitQueue.builder(args[0]).queue(args[1]).build()) {
            if ("receive".equals(args[2])) {
                receive(queue, Integer.parseInt(args[3]));
            } else {
                publish(queue);
            }
        }
    }

    /** Receives and acks until so many different messages came. */
    private static void receive(RabbitQueue queue, int count) throws Exception {
        TreeSet<String> came = new TreeSet<>();
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        try (QueueConsumer consumer = queue.openConsumer(Duration.ofSeconds(30))) {
            while (came.size() < count && System.currentTimeMillis() < end) {
                receiveSome(consumer, came);
            }
        }
        came.forEach(each -> System.out.println("came " + each));
        System.out.println("end");
    }

    private static void receiveSome(QueueConsumer consumer, TreeSet<String> came) throws InterruptedException {
        try {
            List<Delivery> deliveries = consumer.receive(10, Duration.ofMillis(200));
            deliveries.forEach(each -> came.add(new String(each.body(), 0, 1, UTF_8)
                    + each.oversized().map(whole -> " of " + whole.length()).orElse("")));
            consumer.ack(deliveries);
        } catch (QueueException again) {
            System.out.println(again.getMessage());
        }
    }

    /** Takes all memory for a while, publishing on, and says whether publishing works when it is free again. */
    private static void publish(RabbitQueue queue) throws InterruptedException {
        System.out.println(
                "before " + queue.publish(new byte[1], Duration.ofSeconds(10)).outcome());
        Thread hungry = new Thread(SmallHeap::takeAll);
        hungry.setDaemon(true);
        hungry.start();
        while (hungry.isAlive()) {
            try {
                queue.publish(new byte[200_000], Duration.ofMillis(200));
            } catch (OutOfMemoryError expected) {
                Thread.onSpinWait();
            }
        }
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        PublishResult last = queue.publish(new byte[1], Duration.ofSeconds(5));
        while (last.outcome() != PublishResult.Outcome.DONE && System.currentTimeMillis() < end) {
            // until the next connection is tried each call is refused at once
            LockSupport.parkNanos(10_000_000);
            last = queue.publish(new byte[1], Duration.ofSeconds(1));
        }
        System.out.println("after " + last);
        System.out.println("end");
    }

    private static void takeAll() {
        List<byte[]> kept = new ArrayList<>(KEPT);
        for (int size : new int[] {1 << 20, 1 << 16, 1 << 12, 256}) {
            try {
                while (kept.size() < KEPT) {
                    kept.add(new byte[size]);
                }
            } catch (OutOfMemoryError full) {
                Thread.onSpinWait();
            }
        }
        long end = System.nanoTime() + HUNGRY_MILLIS * 1_000_000;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        kept.clear();
    }
}
