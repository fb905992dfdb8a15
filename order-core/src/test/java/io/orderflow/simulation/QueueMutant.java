package io.orderflow.simulation;

import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testkit.queue.ForwardingQueue;
import java.time.Duration;

/** A deliberate fault of a queue or its consumers. */
class QueueMutant extends Mutant {
    @Override
    OrderQueue queue(OrderQueue queue) {
        return new Mutated(queue, this);
    }

    QueueConsumer consumer(QueueConsumer inner) {
        return inner;
    }

    PublishResult published(PublishResult result) {
        return result;
    }

    private static final class Mutated extends ForwardingQueue {
        private final QueueMutant mutant;

        Mutated(OrderQueue inner, QueueMutant mutant) {
            super(inner);
            this.mutant = mutant;
        }

        @Override
        public PublishResult publish(byte[] message, Duration timeout) throws InterruptedException {
            return mutant.published(super.publish(message, timeout));
        }

        @Override
        public QueueConsumer openConsumer(Duration lease) throws QueueException {
            return mutant.consumer(super.openConsumer(lease));
        }
    }
}
