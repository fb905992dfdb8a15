package io.orderflow.internal.worker;

import io.orderflow.internal.codec.MalformedException;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.worker.HeldFrame.Item;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides again what was decided at a server that is not written to any more, before all else that the worker has. What
 * the new server knows as decided is skipped by its row, as a message that came twice is; what it lacks is made from
 * the message, as for orders that a queue alone accepted. One batch is unpacked at a time. Not thread-safe.
 */
final class DecidedAgain implements WorkList.First<Item> {
    private static final Logger log = LoggerFactory.getLogger(DecidedAgain.class);

    private final String name;
    private final WorkerContext context;
    private final LateFrames late;
    private final FrameSource source;
    private final FrameOrders origin;
    private final Deque<HeldFrame> frames = new ArrayDeque<>();
    private final Deque<Item> orders = new ArrayDeque<>();
    private final List<BadMessage> bad = new ArrayList<>();

    DecidedAgain(String worker, WorkerContext context, LateFrames late, FrameSource source, FrameOrders origin) {
        this.name = worker;
        this.context = context;
        this.late = late;
        this.source = source;
        this.origin = origin;
    }

    @Override
    public Optional<Work<Item>> in(Session session) {
        return late.isOn()
                ? late.movedTo(session.server()).flatMap(before -> leave(before, session))
                : Optional.empty();
    }

    private Optional<Work<Item>> leave(String before, Session session) {
        List<HeldFrame> reopened = source.reopen();
        if (reopened.isEmpty()) {
            return Optional.empty();
        }
        frames.addAll(reopened);
        String move = "the database is written to at " + session.server() + " now and not at " + before;
        // each worker has some, and an operator reads it once
        if (context.outages().isNews(move)) {
            log.info("{}; messages with orders that were decided there are decided again first", move);
        }
        log.debug("{}: {}; {} such messages", name, move, reopened.size());
        return Optional.of(new Work.Next<>(this::next));
    }

    /** A batch, or messages to set aside, and what comes after that; nothing when all is unpacked. */
    private List<Work<Item>> next() {
        while (!frames.isEmpty() && orders.size() < context.config().maxBatch() && bad.size() < Burials.MOST) {
            unpack(frames.pollFirst());
        }
        List<Work<Item>> next = new ArrayList<>();
        if (!orders.isEmpty()) {
            next.add(FrameOrders.cut(orders, context.config().maxBatch()));
        }
        Burials.cut(bad, BadMessage::keptBytes).forEach(piece -> next.add(origin.burial(piece)));
        bad.clear();
        if (!next.isEmpty()) {
            next.add(new Work.Next<>(this::next));
        }
        return next;
    }

    private void unpack(HeldFrame frame) {
        try {
            context.frames()
                    .read(frame.delivery().body())
                    .entries()
                    .forEach(entry -> orders.addLast(frame.item(entry)));
        } catch (MalformedException e) {
            // it was read once; if it cannot be now, it is set aside as any other and not lost
            bad.add(new BadMessage(frame, e.reason(), e.getMessage()));
        }
    }
}
