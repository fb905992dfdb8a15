package io.orderflow.internal.page;

import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * One who looks: gets the newest state each time he asks for one, and none in between. Thread-safe; his subscriber is
 * told by one thread at a time.
 */
final class Looker implements Flow.Subscription {
    private final Flow.Subscriber<? super String> subscriber;
    private final Consumer<Looker> gone;
    private Optional<String> waiting = Optional.of("");
    private String first;
    private long wanted;
    private boolean telling;
    private boolean ended;
    private boolean completes;

    /**
     * Has nothing to tell but what comes first.
     *
     * @param first goes before all states
     * @param gone told when he does not want any more
     */
    Looker(Flow.Subscriber<? super String> subscriber, String first, Consumer<Looker> gone) {
        this.subscriber = subscriber;
        this.first = first;
        this.gone = gone;
    }

    @Override
    public void request(long more) {
        if (more <= 0) {
            cancel();
            subscriber.onError(new IllegalArgumentException("more must be 1 or more: " + more));
            return;
        }
        synchronized (this) {
            wanted = Math.max(wanted, wanted + more);
        }
        tell();
    }

    /** Tells it at once if he waits for it, and else later if nothing newer has come by then. */
    void offer(String state) {
        synchronized (this) {
            waiting = Optional.of(state);
        }
        tell();
    }

    private void tell() {
        for (Optional<String> next = next(); next.isPresent(); next = next()) {
            try {
                subscriber.onNext(next.get());
            } finally {
                told();
            }
        }
        if (isToComplete()) {
            subscriber.onComplete();
        }
    }

    /** Once: while another thread is telling, it is that one's to say that there is no more. */
    private synchronized boolean isToComplete() {
        boolean now = completes && !telling;
        completes = completes && telling;
        return now;
    }

    /** What this thread is to tell now; empty when there is nothing, or another one is telling. */
    private synchronized Optional<String> next() {
        if (telling || ended || wanted == 0 || waiting.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> next = Optional.of(first + waiting.get());
        first = "";
        waiting = Optional.empty();
        wanted--;
        telling = true;
        return next;
    }

    private synchronized void told() {
        telling = false;
    }

    /** There is no more. He is told so at once, or by the thread that is telling him something. */
    void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            completes = true;
        }
        tell();
    }

    /** Whether there is no more, or he wants none. */
    synchronized boolean hasEnded() {
        return ended;
    }

    @Override
    public void cancel() {
        synchronized (this) {
            ended = true;
            completes = false;
        }
        gone.accept(this);
    }
}
