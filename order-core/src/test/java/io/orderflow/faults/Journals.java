package io.orderflow.faults;

import io.orderflow.Acceptance;
import java.util.List;

/** The journals that a host may have. Tests with many cases or cycles take them in turns, and say which. */
final class Journals {
    private static final List<Acceptance> ALL = List.of(Acceptance.ROW_JOURNAL, Acceptance.GROUP_JOURNAL);

    private Journals() {}

    /** One after the other. */
    static Acceptance inTurn(int turn) {
        return ALL.get(Math.floorMod(turn, ALL.size()));
    }
}
