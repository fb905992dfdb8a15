package io.orderflow.queue.rabbit;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.orderflow.queue.QueueException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the publisher's connection: makes it, notices its loss and the server's alarms, makes another one after a
 * pause, and ends it. What is sent on it is not its business. The publisher's thread calls it, but for what says
 * otherwise; what it knows is guarded by the line's lock.
 */
final class PublisherLife {
    /** By the name that all of the publisher has in logs. */
    private static final Logger log = LoggerFactory.getLogger(RabbitPublisher.class);

    private final RabbitParts parts;
    private final RabbitSettings settings;
    private final PublishLine line;
    private final Verification verification;
    private final OwnLinks links;
    private final OutageLog told = new OutageLog(log);
    private final ConnectBackoff backoff = new ConnectBackoff();
    private PublishEpoch epoch;
    private QueueException failure;
    private long retryAt;

    PublisherLife(RabbitParts parts, PublishLine line, Verification verification) {
        this.parts = parts;
        this.settings = parts.settings();
        this.line = line;
        this.verification = verification;
        this.links = new OwnLinks(parts);
    }

    /** The connection's epoch; null while there is none. For any thread, without the lock. */
    PublishEpoch current() {
        line.lock();
        try {
            return epoch;
        } finally {
            line.unlock();
        }
    }

    /** The same with the lock. */
    PublishEpoch epoch() {
        return epoch;
    }

    /** With the lock. Why nothing can be sent at this moment; null if it is worth trying. */
    String refusal() {
        if (line.isClosed()) {
            return settings.where() + " is closed";
        }
        if (isBlocked()) {
            return epoch.link() + ": the server takes no messages now: " + epoch.blocked();
        }
        return inBackoff() ? failure.getMessage() : null;
    }

    /** With the lock. */
    boolean isBlocked() {
        return epoch != null && epoch.blocked() != null;
    }

    private boolean inBackoff() {
        return epoch == null && failure != null && retryAt - System.nanoTime() > 0;
    }

    /** With the lock. What the last attempt failed with; null if it did not. */
    QueueException failure() {
        return failure;
    }

    /** With the lock, while there is no connection. Nanoseconds until another is to be made. */
    long untilRetry(long now) {
        return failure == null ? 0 : retryAt - now;
    }

    /** Ends at once what was connected last, whatever it is blocked in. For any thread. */
    void sever() {
        links.severNewest();
    }

    void connect() throws QueueException {
        parts.nodes().inTurn(this::isOpen, this::connectTo);
    }

    private boolean isOpen() {
        line.lock();
        try {
            return !line.isClosed();
        } finally {
            line.unlock();
        }
    }

    private void connectTo(RabbitSettings node) throws QueueException {
        AmqpLink link = links.make(node);
        PublishEpoch next = new PublishEpoch(node, parts.declaration(), link);
        boolean entered = false;
        try {
            long ready = next.open(
                    parts.threads(), this::wake, this::verifySoon, cause -> lost(next, cause), new Blocking(next));
            entered(next, ready);
            entered = true;
        } finally {
            if (!entered) {
                links.drop(link);
            }
        }
    }

    private void entered(PublishEpoch next, long ready) {
        line.lock();
        try {
            epoch = next;
            failure = null;
            verification.done();
        } finally {
            line.unlock();
        }
        told.over(next.link() + ": publishing works again, " + ready + " messages are ready");
    }

    private void wake() {
        line.lock();
        try {
            if (line.hasMessages()) {
                line.ring();
            }
        } finally {
            line.unlock();
        }
    }

    private void verifySoon() {
        line.lock();
        try {
            verification.want();
            line.ring();
        } finally {
            line.unlock();
        }
    }

    /** The channel or the connection ended; told by the connection's reader. */
    private void lost(PublishEpoch old, ShutdownSignalException cause) {
        old.end();
        line.lock();
        try {
            if (epoch == old && !line.isClosed()) {
                String reason = old.link().endedBy(AmqpFailures.reason(cause));
                failure = new QueueException(old.link() + ": the connection for publishing was lost: " + reason, cause);
            }
            line.ring();
        } finally {
            line.unlock();
        }
        old.confirms().lost("no confirm came before the channel was lost: " + AmqpFailures.reason(cause));
    }

    /** The next attempt comes at once, but after a pause where the server ended a young connection. */
    void leave(PublishEpoch old) {
        links.drop(old.link());
        parts.nodes().failed(old.link().node());
        String cause;
        int unsent;
        line.lock();
        try {
            if (failure == null) {
                failure = new QueueException(old.link() + ": the connection for publishing was lost: "
                        + old.link().endedBy("nobody read it any more"));
            }
            cause = failure.getMessage();
            forgetEpoch();
            retryAt = System.nanoTime() + pauseAfter(old);
            unsent = line.messages();
        } finally {
            line.unlock();
        }
        old.confirms().lost("no confirm came before the connection was lost");
        told.failed(cause + "; " + unsent + " messages wait to be sent");
    }

    private void forgetEpoch() {
        epoch = null;
        verification.forget();
    }

    private long pauseAfter(PublishEpoch old) {
        if (old.isProven()) {
            backoff.worked();
            return 0;
        }
        return backoff.failed(ConnectBackoff.UNWANTED);
    }

    /** Makes the connection anew although the server answers on it. */
    void renew(PublishEpoch old, String why) {
        log.debug("{}: {}; the connection is made anew in case that is the reason", old.link(), why);
        line.lock();
        try {
            forgetEpoch();
        } finally {
            line.unlock();
        }
        links.close(old.link());
        old.confirms().lost("no confirm came, and the connection was made anew");
    }

    /** No connection: everybody who waits is told, and the next attempt comes after a pause. */
    void failed(QueueException cause) {
        List<Message> refused;
        List<CompletableFuture<Long>> unanswered;
        PublishEpoch old;
        line.lock();
        try {
            old = epoch;
            forgetEpoch();
            failure = cause;
            retryAt = System.nanoTime() + pauseAfterFailure(old);
            refused = line.takeMessages();
            unanswered = line.takeQuestions();
        } finally {
            line.unlock();
        }
        if (old != null) {
            giveUp(old, cause);
        }
        told.failed(cause.getMessage());
        refused.forEach(each -> each.refused(cause.getMessage()));
        unanswered.forEach(each -> each.completeExceptionally(cause));
    }

    private void giveUp(PublishEpoch old, QueueException cause) {
        links.drop(old.link());
        parts.nodes().failed(old.link().node());
        old.confirms().lost("no confirm came before the connection was given up: " + cause.getMessage());
    }

    private long pauseAfterFailure(PublishEpoch old) {
        if (old != null && old.isProven()) {
            backoff.worked();
        }
        return backoff.failed(ConnectBackoff.AWAY);
    }

    /** The thread's last act. */
    void end() {
        PublishEpoch last = current();
        if (last != null) {
            links.close(last.link());
        }
    }

    /** The server's alarms, told by the connection's reader. */
    private final class Blocking implements BlockedListener {
        private final PublishEpoch mine;

        private Blocking(PublishEpoch mine) {
            this.mine = mine;
        }

        @Override
        public void handleBlocked(String reason) {
            boolean current;
            line.lock();
            try {
                mine.block(reason);
                current = epoch == mine;
                if (current) {
                    line.refuseAll(refusal());
                }
            } finally {
                line.unlock();
            }
            if (current) {
                log.warn(
                        "{}: the server takes no messages now: {}; publishing goes on when it says so",
                        mine.link(),
                        reason);
            }
        }

        @Override
        public void handleUnblocked() {
            boolean current;
            line.lock();
            try {
                mine.block(null);
                current = epoch == mine;
                if (current) {
                    line.ring();
                }
            } finally {
                line.unlock();
            }
            if (current) {
                log.info("{}: the server takes messages again", mine.link());
            }
        }
    }
}
