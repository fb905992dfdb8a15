package io.orderflow.internal.page;

import io.orderflow.DeadLetterOffice;
import io.orderflow.Deciding;
import io.orderflow.FeedState;
import io.orderflow.Health;
import io.orderflow.OrderRecords;
import io.orderflow.internal.admin.OrderReads;
import io.orderflow.internal.telemetry.Telemetries;
import io.orderflow.internal.worker.RunnerState;
import io.orderflow.queue.OrderQueue;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a page reads, and acts on. All reads of the database are bounded, each by itself, and on connections of their
 * own.
 *
 * @param reads a buyer's orders
 * @param records pulses, the newest orders, an order's life
 * @param holds when holds end
 * @param letters the dead letters
 * @param deciding whether it is paused
 * @param feeds the feeds that the database knows
 * @param runners the runners of this process, without I/O
 * @param health of this process, without I/O
 * @param queue its name and its depth
 * @param telemetries tells what this process answers
 */
public record PageParts(
        OrderReads reads,
        OrderRecords records,
        HoldsAhead holds,
        DeadLetterOffice letters,
        Deciding deciding,
        Supplier<List<FeedState>> feeds,
        Supplier<List<RunnerState>> runners,
        Supplier<Health> health,
        OrderQueue queue,
        Telemetries telemetries) {}
