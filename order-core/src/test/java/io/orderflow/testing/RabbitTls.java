package io.orderflow.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** TLS for a node of RabbitMQ that runs. */
public final class RabbitTls {
    private RabbitTls() {}

    /** Makes it listen on a further port of 127.0.0.1, with TLS; returns the port. */
    public static int listen(PrivateServer node, SelfSigned identity) throws IOException {
        int port = Ports.free();
        new RabbitControl(node)
                .evaluate("rabbit_networking:ensure_ssl(), ok = rabbit_networking:start_ssl_listener({\"127.0.0.1\", "
                        + port + "}, [{cert, " + der(identity.certificate()) + "}, {key, {'PrivateKeyInfo', "
                        + der(identity.key()) + "}}], 1)");
        return port;
    }

    /** The node's user may not read the test's files. */
    private static String der(Path pem) throws IOException {
        String base64 = Files.readAllLines(pem).stream()
                .filter(line -> !line.startsWith("-----"))
                .collect(Collectors.joining());
        return "base64:decode(<<\"" + base64 + "\">>)";
    }
}
