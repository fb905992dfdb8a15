package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.testing.Ports;
import io.orderflow.testing.PrivateServer;
import io.orderflow.testing.SelfSigned;
import io.orderflow.testing.ServerAddress;
import io.orderflow.testing.ServerKind;
import io.orderflow.testkit.queue.ServerControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** A node of the test's own. For one test at a time. */
final class RabbitNode implements ServerControl, AutoCloseable {
    /** Does something by hand on the node. */
    interface ByHand {
        void run(Channel channel) throws Exception;
    }

    private final PrivateServer server;
    private boolean frozen;

    private RabbitNode(PrivateServer server) {
        this.server = server;
    }

    static RabbitNode start() {
        return new RabbitNode(PrivateServer.start(ServerKind.RABBITMQ));
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

    /** Runs {@code rabbitmqctl}; returns what it printed. */
    String control(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "rabbitmqctl";
        command[1] = "-q";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return server.tool(command);
    }

    /** Listens on a further port, with TLS; returns the port. */
    int listenWithTls(SelfSigned identity) throws IOException {
        int port = Ports.free();
        control(
                "eval",
                "rabbit_networking:ensure_ssl(), ok = rabbit_networking:start_ssl_listener({\"127.0.0.1\", " + port
                        + "}, [{cert, " + der(identity.certificate()) + "}, {key, {'PrivateKeyInfo', "
                        + der(identity.key()) + "}}], 1).");
        return port;
    }

    /** The node's user may not read the test's files. */
    private static String der(Path pem) throws IOException {
        String base64 = Files.readAllLines(pem).stream()
                .filter(line -> !line.startsWith("-----"))
                .collect(Collectors.joining());
        return "base64:decode(<<\"" + base64 + "\">>)";
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
