package io.orderflow.queue.rabbit;

import io.orderflow.internal.loop.Bell;
import io.orderflow.queue.QueueException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Those who wait for the publisher's thread: messages that are not sent yet, and questions. Its lock guards all that
 * the publisher knows (B2), and is held by who calls anything else here.
 */
final class PublishLine {
    private final ReentrantLock lock = new ReentrantLock();
    private final Bell work = new Bell(lock);
    private final Deque<Message> messages = new ArrayDeque<>();
    private final List<CompletableFuture<Long>> questions = new ArrayList<>();
    private boolean closed;

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    void add(Message message) {
        messages.addLast(message);
        work.ring();
    }

    /** Asks for the number of ready messages. */
    void add(CompletableFuture<Long> question) {
        questions.add(question);
        work.ring();
    }

    /** Takes it back; false if it is on its way already. */
    boolean remove(Message message) {
        return messages.remove(message);
    }

    void remove(CompletableFuture<Long> question) {
        questions.remove(question);
    }

    boolean hasMessages() {
        return !messages.isEmpty();
    }

    boolean hasQuestions() {
        return !questions.isEmpty();
    }

    int messages() {
        return messages.size();
    }

    /** The one that waited longest, which waits no more; null if there is none. */
    Message next() {
        return messages.pollFirst();
    }

    /** Those that wait now. */
    List<CompletableFuture<Long>> questions() {
        return List.copyOf(questions);
    }

    void remove(List<CompletableFuture<Long>> answered) {
        questions.removeAll(answered);
    }

    List<Message> takeMessages() {
        List<Message> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    List<CompletableFuture<Long>> takeQuestions() {
        List<CompletableFuture<Long>> taken = List.copyOf(questions);
        questions.clear();
        return taken;
    }

    /** Everybody who waits is told that it is in vain. */
    void refuseAll(String cause) {
        messages.forEach(each -> each.refused(cause));
        messages.clear();
        questions.forEach(each -> each.completeExceptionally(new QueueException(cause)));
        questions.clear();
    }

    /** From now on nothing is sent any more. */
    void close(String cause) {
        closed = true;
        work.ring();
        refuseAll(cause);
    }

    boolean isClosed() {
        return closed;
    }

    /** Wakes the publisher's thread. */
    void ring() {
        work.ring();
    }

    /** The publisher's thread lets go of the lock and sleeps until it is woken, at most so long. */
    void await(long nanos) {
        try {
            work.await(nanos);
        } catch (InterruptedException e) {
            // a stranger's, since nobody of ours interrupts this thread: it goes on
        }
    }
}
