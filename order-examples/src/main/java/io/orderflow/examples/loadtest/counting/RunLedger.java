package io.orderflow.examples.loadtest.counting;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What is known of each order of a phase, in about 40 bytes: its id, when it was submitted, whether it was accepted and
 * whether its verdict is known. Rules:
 *
 * <ol>
 *   <li>L1: an index is entered once, by one thread, after its time was noted: before the order is submitted, or when
 *       the answer names its id. Its id and time never change.
 *   <li>L2: entering writes the id first and the slot of the hash table last, so a thread that finds the slot sees id
 *       and time; an order is entered before it is marked as accepted.
 *   <li>L3: marks are only ever added, each by one atomic step that returns the marks before; so exactly one thread
 *       sees an order become both accepted and decided.
 * </ol>
 */
public final class RunLedger {
    public static final int ACCEPTED = 1;
    public static final int HEARD = 2;
    public static final int READ = 4;
    /** An answer left open whether the order was accepted. */
    public static final int UNCLEAR = 8;
    /** A feed told the verdict, or that the order was set aside. */
    public static final int TOLD = 16;
    /** It held what it took, and is confirmed. */
    public static final int CONFIRMED = 32;
    /** A feed told that. */
    public static final int CONFIRMATION_TOLD = 64;
    /** The verdict is known: a listener heard it or it was read in the database. */
    public static final int DECIDED = HEARD | READ;

    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);

    private final long[] high;
    private final long[] low;
    private final long[] submitNanos;
    private final byte[] marks;
    /** Open addressing; 0 is free, else index + 1. */
    private final AtomicIntegerArray slots;

    private final int mask;

    public RunLedger(int orders) {
        high = new long[orders];
        low = new long[orders];
        submitNanos = new long[orders];
        marks = new byte[orders];
        int size = Integer.highestOneBit(Math.max(orders, 8)) * 4;
        slots = new AtomicIntegerArray(size);
        mask = size - 1;
    }

    int size() {
        return high.length;
    }

    /** Notes when an order was submitted. */
    public void submitted(int index, long nanos) {
        submitNanos[index] = nanos;
    }

    /**
     * Enters an order that was submitted.
     *
     * @throws IllegalStateException if the id is there already
     */
    public void enter(int index, UUID id) {
        high[index] = id.getMostSignificantBits();
        low[index] = id.getLeastSignificantBits();
        int slot = slotOf(high[index], low[index]);
        while (!slots.compareAndSet(slot, 0, index + 1)) {
            if (holds(slots.get(slot) - 1, high[index], low[index])) {
                throw new IllegalStateException("two orders have the id " + id);
            }
            slot = (slot + 1) & mask;
        }
    }

    /** The index of an order, or -1 when it is not of this phase. */
    public int find(UUID id) {
        long idHigh = id.getMostSignificantBits();
        long idLow = id.getLeastSignificantBits();
        int slot = slotOf(idHigh, idLow);
        int entry = slots.get(slot);
        while (entry != 0 && !holds(entry - 1, idHigh, idLow)) {
            slot = (slot + 1) & mask;
            entry = slots.get(slot);
        }
        return entry - 1;
    }

    public UUID id(int index) {
        return new UUID(high[index], low[index]);
    }

    public long submitNanos(int index) {
        return submitNanos[index];
    }

    /** Adds a mark and returns the marks before. */
    public int mark(int index, int mark) {
        return (byte) BYTES.getAndBitwiseOr(marks, index, (byte) mark);
    }

    public int marks(int index) {
        return (byte) BYTES.getVolatile(marks, index);
    }

    /** How many verdicts of accepted orders and confirmations are known that a feed has not told. */
    public long untold() {
        long untold = 0;
        for (int index = 0; index < marks.length; index++) {
            int now = marks(index);
            boolean decided = (now & ACCEPTED) != 0 && (now & DECIDED) != 0;
            untold += decided && (now & TOLD) == 0 ? 1 : 0;
            untold += (now & CONFIRMED) != 0 && (now & CONFIRMATION_TOLD) == 0 ? 1 : 0;
        }
        return untold;
    }

    private boolean holds(int index, long idHigh, long idLow) {
        return high[index] == idHigh && low[index] == idLow;
    }

    private int slotOf(long idHigh, long idLow) {
        long hash = (idHigh * 31 + idLow) * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 32) & mask;
    }
}
