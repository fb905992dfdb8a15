package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.RabbitAlarm;
import io.orderflow.testing.RabbitControl;
import io.orderflow.testing.RabbitTls;
import io.orderflow.testing.SelfSigned;
import io.orderflow.testing.ServerAddress;
import io.orderflow.testing.ServerKind;
import io.orderflow.testkit.queue.ServerControl;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A node of the test's own. For one test at a time. */
final class RabbitNode implements ServerControl, AutoCloseable {
    /** Does something by hand on the node. */
    interface ByHand {
        void run(Channel channel) throws Exception;
    }

    private final PrivateServer server;
    private final RabbitControl control;
    private boolean frozen;

    private RabbitNode(PrivateServer server) {
        this.server = server;
        this.control = new RabbitControl(server);
    }

    static RabbitNode start() {
        return new RabbitNode(PrivateServer.start(ServerKind.RABBITMQ));
    }

    /** Nodes that are one cluster. */
    static List<RabbitNode> startCluster(int nodes) {
        return PrivateServer.startRabbitCluster(nodes).stream()
                .map(RabbitNode::new)
                .toList();
    }

    /** The same of a later version than this machine's own; none unless the run names one. */
    static List<RabbitNode> startNewerCluster(int nodes) {
        return PrivateServer.startNewerRabbitCluster(nodes).stream()
                .map(RabbitNode::new)
                .toList();
    }

    /** One of a later version than this machine's own, if the run names one. */
    static Optional<RabbitNode> startNewerIfPossible() {
        return PrivateServer.startNewerRabbit().map(RabbitNode::new);
    }

    /** One to be harmed, if this machine has the program. */
    static Optional<RabbitNode> startIfPossible() {
        return PrivateServer.startIfPossible(ServerKind.RABBITMQ).map(RabbitNode::new);
    }

    ServerAddress address() {
        return server.address();
    }

    String uri() {
        return address().uri();
    }

    /** What it is called among the nodes of its cluster. */
    String nodeName() {
        return "test" + server.port() + "@localhost";
    }

    boolean isAlive() {
        return server.isAlive();
    }

    /** What an operator has it do. */
    RabbitControl control() {
        return control;
    }

    /** Runs {@code rabbitmqctl}, which is slower than {@link #control}; returns what it printed. */
    String commandLine(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "rabbitmqctl";
        command[1] = "-q";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return server.tool(command);
    }

    /** Blocks who publishes meanwhile. */
    void duringAlarm(RabbitAlarm.Body body) throws Exception {
        RabbitAlarm.during(server, body);
    }

    /** Listens on a further port, with TLS; returns the port. */
    int listenWithTls(SelfSigned identity) throws IOException {
        return RabbitTls.listen(server, identity);
    }

    /** Uses a connection beside the queue object's own. */
    void byHand(ByHand work) throws Exception {
        byHand(uri(), work);
    }

    /** The same on a node that may be another's. */
    static void byHand(String uri, ByHand work) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri);
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            work.run(channel);
        }
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void freeze() {
        server.freeze();
        frozen = true;
    }

    @Override
    public void thaw() {
        server.thaw();
        frozen = false;
    }

    /** A quorum queue has no weak setting. */
    @Override
    public boolean weaken() {
        return false;
    }

    @Override
    public void heal() {
        if (frozen) {
            thaw();
        }
        if (!server.isAlive()) {
            restart();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
