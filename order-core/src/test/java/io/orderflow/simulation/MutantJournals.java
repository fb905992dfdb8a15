package io.orderflow.simulation;

import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.journal.JournalException;
import io.orderflow.internal.journal.JournalOutcome;
import java.util.List;

/** Journals with a deliberate fault. */
final class MutantJournals {
    private MutantJournals() {}

    private static class ForwardingJournal implements Journal {
        private final Journal inner;

        ForwardingJournal(Journal inner) {
            this.inner = inner;
        }

        @Override
        public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
            return inner.write(group);
        }

        @Override
        public List<JournalOutcome> settle(List<OrderEntry> stuck) throws JournalException {
            return inner.settle(stuck);
        }

        @Override
        public void probe() throws JournalException {
            inner.probe();
        }

        @Override
        public void idle() {
            inner.idle();
        }
    }

    /** Says of every fourth group that it has written it, and has not. */
    static final class Forgetful extends ForwardingJournal {
        private int groups;

        Forgetful(Journal inner) {
            super(inner);
        }

        @Override
        public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
            return ++groups % 4 == 0
                    ? group.stream().map(entry -> JournalOutcome.WRITTEN).toList()
                    : super.write(group);
        }
    }

    /** Takes a lost answer for a refusal. */
    static final class Sure extends ForwardingJournal {
        Sure(Journal inner) {
            super(inner);
        }

        @Override
        public List<JournalOutcome> write(List<OrderEntry> group) throws JournalException {
            try {
                return super.write(group);
            } catch (JournalException e) {
                throw new JournalException(JournalException.Fate.NOTHING_WRITTEN, e.getMessage(), e);
            }
        }
    }
}
