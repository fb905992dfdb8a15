package io.orderflow.queue.rabbit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orderflow.testing.Clusters;
import io.orderflow.testkit.queue.ServerControl;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract of a queue on a later RabbitMQ than this machine's own, where the run names one. It is killed and frozen
 * with {@code -Dclusters=rabbit} alone: that takes a minute more, and the other version is in each build.
 */
final class NewerRabbitContractTest extends RabbitContract {
    @BeforeAll
    static void startNode() throws Exception {
        Optional<RabbitNode> newer = RabbitNode.startNewerIfPossible();
        assumeTrue(newer.isPresent(), "skipped: no newer RabbitMQ was named");
        use(newer);
    }

    @Override
    protected Optional<ServerControl> server() {
        return Clusters.isWanted("rabbit") ? super.server() : Optional.empty();
    }
}
