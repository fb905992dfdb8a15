package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What was sent on one channel and waits for its confirm: the sequence numbers mean nothing on another channel. One
 * thread sends; the connection's reader settles.
 */
final class Confirms {
    private final ConcurrentNavigableMap<Long, Message> outstanding = new ConcurrentSkipListMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final Runnable settled;
    private final Runnable queueMissing;
    private volatile boolean refusing;
    private volatile long refusingSince;
    private volatile long storedAt = System.nanoTime();

    /**
     * Listens on a channel.
     *
     * @param settled called after room was made
     * @param queueMissing called when the server found no queue for a message
     */
    Confirms(Channel channel, Runnable settled, Runnable queueMissing) throws IOException {
        this.settled = settled;
        this.queueMissing = queueMissing;
        channel.confirmSelect();
        channel.addReturnListener(this::returned);
        channel.addConfirmListener(
                (number, multiple) -> settle(number, multiple, true),
                (number, multiple) -> settle(number, multiple, false));
    }

    int size() {
        return size.get();
    }

    /** True when the server has refused every message for longer, and none is on its way. */
    boolean isRefusedLongerThan(long nanos) {
        return refusing && size() == 0 && System.nanoTime() - refusingSince > nanos;
    }

    /** True when a message has waited for its confirm for longer, and nothing was stored meanwhile. */
    boolean isStuckLongerThan(long nanos) {
        Map.Entry<Long, Message> oldest = outstanding.firstEntry();
        long now = System.nanoTime();
        return oldest != null && now - oldest.getValue().sentAt() > nanos && now - storedAt > nanos;
    }

    /** Must come before the message is sent, since the confirm may be faster than the sender. */
    void add(long number, Message message) {
        message.sentNow();
        outstanding.put(number, message);
        size.incrementAndGet();
    }

    /** The message was certainly not sent. */
    void refuse(long number, String cause) {
        Message message = take(number);
        if (message != null) {
            message.refused(cause);
        }
    }

    private void returned(Return back) {
        Message message = outstanding.get(Long.parseLong(back.getProperties().getMessageId()));
        if (message != null) {
            message.returned(back.getReplyCode() + " " + back.getReplyText());
        }
        queueMissing.run();
    }

    private void settle(long number, boolean multiple, boolean stored) {
        if (multiple) {
            for (Map.Entry<Long, Message> each :
                    outstanding.headMap(number, true).entrySet()) {
                settleOne(each.getKey(), stored);
            }
        } else {
            settleOne(number, stored);
        }
        settled.run();
    }

    private void settleOne(long number, boolean stored) {
        Message message = take(number);
        if (message == null) {
            return;
        }
        if (stored) {
            refusing = false;
            storedAt = System.nanoTime();
            message.confirmed();
        } else {
            if (!refusing) {
                refusingSince = System.nanoTime();
                refusing = true;
            }
            message.refused("the server did not take it: the queue is full, or could not store it");
        }
    }

    /** Nobody waits for confirms of this channel any more. */
    void lost(String reason) {
        for (Long number : outstanding.keySet()) {
            Message message = take(number);
            if (message != null) {
                message.unknown(reason);
            }
        }
    }

    private Message take(long number) {
        Message message = outstanding.remove(number);
        if (message != null) {
            size.decrementAndGet();
        }
        return message;
    }
}
