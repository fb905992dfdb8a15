package io.orderflow.queue.redis;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * That the server at the other end of a connection does not take the orders any more. Those that should know are asked
 * on another thread, and whoever uses the server goes on meanwhile: it may be the right one, without a replica for a
 * while or for ever. Thread-safe.
 */
final class Suspicion {
    // guarded by this
    private RedisLink of;
    private FutureTask<Boolean> question;

    /** Begins to ask, unless an answer is outstanding. */
    synchronized void begin(RedisLink link, Links links) throws IOException {
        if (!isPending()) {
            of = link;
            question = links.askElsewhere(link);
        }
    }

    /** Whether an answer is outstanding. */
    synchronized boolean isPending() {
        return question != null && !question.isDone();
    }

    /** Leaves the server if the answer came that another one is to be used; whether it did. */
    synchronized boolean act(Links links) {
        if (question == null || isPending()) {
            return false;
        }
        boolean elsewhere = answer(question);
        question = null;
        if (elsewhere) {
            links.leave(of);
        }
        return elsewhere;
    }

    private static boolean answer(FutureTask<Boolean> done) {
        try {
            return done.get();
        } catch (ExecutionException e) {
            // none of them tells: whoever uses it stays
            return false;
        } catch (InterruptedException e) {
            // it is done, so nobody waits here
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
