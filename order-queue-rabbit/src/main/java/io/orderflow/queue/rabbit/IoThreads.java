package io.orderflow.queue.rabbit;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads of one queue object: daemons, named after the queue. Thread-safe. */
final class IoThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger made = new AtomicInteger();

    IoThreads(String queue) {
        this.prefix = "orderflow-rabbit-" + queue + "-";
    }

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name("io-" + made.incrementAndGet()));
        thread.setDaemon(true);
        return thread;
    }

    /** What a thread of that role is called. */
    String name(String role) {
        return prefix + role;
    }

    /**
     * Runs deliveries on the thread that reads the connection: the callbacks never block, and whatever the server sent
     * before an answer has then been handled when the answer is seen.
     */
    ExecutorService direct() {
        return new Direct();
    }

    private static final class Direct extends AbstractExecutorService {
        private volatile boolean shutDown;

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {
            shutDown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutDown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutDown;
        }

        @Override
        public boolean isTerminated() {
            return shutDown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
