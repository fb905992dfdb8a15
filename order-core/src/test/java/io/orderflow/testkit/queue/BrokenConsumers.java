package io.orderflow.testkit.queue;

import io.orderflow.queue.Delivery;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Consumers that each break one rule, by taking a consumer that keeps all of them and getting one thing wrong. */
final class BrokenConsumers {
    private BrokenConsumers() {}

    /** Acks what it hands out: a consumer's death loses it. */
    static final class AcksOnReceive extends ForwardingConsumer {
        AcksOnReceive(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            List<Delivery> deliveries = super.receive(max, wait);
            super.ack(deliveries);
            return deliveries;
        }
    }

    static final class TakesAnyWait extends ForwardingConsumer {
        TakesAnyWait(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            return super.receive(max, wait.isNegative() ? Duration.ZERO : wait);
        }
    }

    /** 292 years of them fit. */
    static final class WaitsInNanoseconds extends ForwardingConsumer {
        WaitsInNanoseconds(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            return super.receive(max, Duration.ofNanos(wait.toNanos()));
        }
    }

    static final class AcksOnClose extends ForwardingConsumer {
        private final List<Delivery> received = new ArrayList<>();

        AcksOnClose(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            List<Delivery> deliveries = super.receive(max, wait);
            received.addAll(deliveries);
            return deliveries;
        }

        @Override
        public void close() {
            try {
                if (!received.isEmpty()) {
                    super.ack(received);
                }
            } catch (QueueException closed) {
                throw new IllegalStateException(closed);
            } finally {
                received.clear();
                super.close();
            }
        }
    }

    static final class AckDoesNothing extends ForwardingConsumer {
        AckDoesNothing(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public void ack(List<Delivery> deliveries) {}
    }

    /** Takes whatever is next when the message itself is gone: tags counted anew after a reconnect. */
    static final class LateAckRemovesTheNext extends ForwardingConsumer {
        LateAckRemovesTheNext(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            boolean late = super.renew(deliveries).size() < deliveries.size();
            super.ack(deliveries);
            if (late) {
                try {
                    super.ack(super.receive(1, Duration.ZERO));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** Acks everything up to the last one, as brokers with numbered deliveries can. */
    static final class AcksAllBefore extends ForwardingConsumer {
        private final List<Delivery> received = new ArrayList<>();

        AcksAllBefore(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            List<Delivery> deliveries = super.receive(max, wait);
            received.addAll(deliveries);
            return deliveries;
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            int last = deliveries.stream().mapToInt(received::indexOf).max().orElse(-1);
            super.ack(received.subList(0, last + 1));
        }
    }

    static final class LateAckThrows extends ForwardingConsumer {
        LateAckThrows(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            if (super.renew(deliveries).size() < deliveries.size()) {
                throw new QueueException("unknown delivery tag");
            }
            super.ack(deliveries);
        }
    }

    static final class ReleaseAcks extends ForwardingConsumer {
        ReleaseAcks(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            super.ack(deliveries);
        }
    }

    static final class ReleaseDoesNothing extends ForwardingConsumer {
        ReleaseDoesNothing(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public void release(List<Delivery> deliveries) {}
    }

    static final class RenewDoesNothing extends ForwardingConsumer {
        RenewDoesNothing(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) {
            return deliveries;
        }
    }

    static final class RenewHidesLoss extends ForwardingConsumer {
        RenewHidesLoss(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> renew(List<Delivery> deliveries) throws QueueException {
            super.renew(deliveries);
            return deliveries;
        }
    }

    /** Waits longer than it was asked to. */
    static final class WaitsTooLong extends ForwardingConsumer {
        WaitsTooLong(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            List<Delivery> deliveries = super.receive(max, Duration.ZERO);
            if (deliveries.isEmpty()) {
                BrokenQueues.pause(wait.plusMillis(1_700));
            }
            return deliveries;
        }
    }

    static final class WaitsForTheServer extends ForwardingConsumer {
        WaitsForTheServer(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            try {
                return super.receive(max, wait);
            } catch (QueueException away) {
                BrokenQueues.pause(Duration.ofMillis(1_700));
                throw away;
            }
        }
    }

    static final class TakesTooMany extends ForwardingConsumer {
        TakesTooMany(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            return super.receive(max + 1, wait);
        }
    }

    /** Bounds what is new alone. */
    static final class TakesTooManyThatComeBack extends ForwardingConsumer {
        TakesTooManyThatComeBack(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            List<Delivery> deliveries = new ArrayList<>(super.receive(max, wait));
            if (deliveries.stream().anyMatch(delivery -> delivery.deliveriesBefore() > 0)) {
                deliveries.addAll(super.receive(max, Duration.ZERO));
            }
            return deliveries;
        }
    }

    /** Ends, and leaves what it holds to the lease. */
    static final class CloseForgets extends ForwardingConsumer {
        CloseForgets(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public void close() {}
    }

    /** Takes an ack that failed for one that was done. */
    static final class AckSwallowsErrors extends ForwardingConsumer {
        AckSwallowsErrors(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public void ack(List<Delivery> deliveries) {
            try {
                super.ack(deliveries);
            } catch (QueueException away) {
                assert !deliveries.isEmpty();
            }
        }
    }

    /** Looks at the begin and at the end of its wait. */
    static final class IsNotWoken extends ForwardingConsumer {
        IsNotWoken(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            List<Delivery> deliveries = super.receive(max, Duration.ZERO);
            if (deliveries.isEmpty() && !wait.isZero()) {
                BrokenQueues.pause(wait);
                return super.receive(max, Duration.ZERO);
            }
            return deliveries;
        }
    }

    static final class SwallowsInterrupts extends ForwardingConsumer {
        SwallowsInterrupts(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException {
            try {
                return super.receive(max, wait);
            } catch (InterruptedException e) {
                return List.of();
            }
        }
    }

    /** Gets what it released into its own buffer again, before anybody else. */
    static final class KeepsWhatItReleased extends ForwardingConsumer {
        private final List<Delivery> ahead = new ArrayList<>();

        KeepsWhatItReleased(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            if (ahead.isEmpty()) {
                return super.receive(max, wait);
            }
            List<Delivery> kept = List.copyOf(ahead);
            ahead.clear();
            return kept;
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            super.release(deliveries);
            try {
                ahead.addAll(super.receive(deliveries.size(), Duration.ZERO));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Hands out every message as if for the first time. */
    static final class CountsNothing extends CountsUpTo {
        CountsNothing(QueueConsumer inner) {
            super(inner, 0);
        }
    }

    /** Knows that a message was delivered before, and not how often. */
    static final class CountsOnce extends CountsUpTo {
        CountsOnce(QueueConsumer inner) {
            super(inner, 1);
        }
    }

    private static class CountsUpTo extends ForwardingConsumer {
        private record Counted(Delivery inner, int most) implements Delivery {
            @Override
            public byte[] body() {
                return inner.body();
            }

            @Override
            public int deliveriesBefore() {
                return Math.min(most, inner.deliveriesBefore());
            }
        }

        private final int most;

        CountsUpTo(QueueConsumer inner, int most) {
            super(inner);
            this.most = most;
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            return super.receive(max, wait).stream()
                    .<Delivery>map(each -> new Counted(each, most))
                    .toList();
        }

        @Override
        public void ack(List<Delivery> deliveries) throws QueueException {
            super.ack(inner(deliveries));
        }

        @Override
        public void release(List<Delivery> deliveries) throws QueueException {
            super.release(inner(deliveries));
        }

        private static List<Delivery> inner(List<Delivery> deliveries) {
            return deliveries.stream()
                    .map(delivery -> ((Counted) delivery).inner())
                    .toList();
        }
    }

    /** Fails for good once it failed. */
    static final class NeverReconnects extends ForwardingConsumer {
        private QueueException failure;

        NeverReconnects(QueueConsumer inner) {
            super(inner);
        }

        @Override
        public List<Delivery> receive(int max, Duration wait) throws QueueException, InterruptedException {
            if (failure != null) {
                throw new QueueException("connection is closed", failure);
            }
            try {
                return super.receive(max, wait);
            } catch (QueueException e) {
                failure = e;
                throw e;
            }
        }
    }
}
