package io.orderflow.queue.rabbit;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * Where the queue's server is: {@code amqp://user:password@host:port/vhost}, with several hosts for the nodes of a
 * cluster. No message shows the password.
 *
 * @param factory how to connect to any of them
 * @param nodes the nodes, at least one, each once, in the order that was given
 */
record RabbitAddress(ConnectionFactory factory, List<NodeAddress> nodes) {
    /** Scheme, user and password, hosts, and the rest. */
    private static final Pattern SEVERAL_HOSTS =
            Pattern.compile("([^:/?#]+://)([^/?#]*@)?([^/?#@]*,[^/?#@]*)([/?#].*)?");

    private static final Pattern SEVERAL_LOGINS = Pattern.compile("[^:/?#]+://[^/?#]*@[^/?#]*@.*");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is no URI, or one that a queue cannot be at
     */
    static RabbitAddress of(String uri) {
        require(
                !SEVERAL_LOGINS.matcher(uri).matches(),
                "user and password once, before the first host, with %40 for an @ in them",
                "another @");
        Matcher several = SEVERAL_HOSTS.matcher(uri);
        if (several.matches()) {
            return several(several);
        }
        try {
            return of(factory(new URI(uri)));
        } catch (URISyntaxException e) {
            // without the text and the cause: both may show the password
            throw new IllegalArgumentException("uri is not a URI: " + e.getReason() + " at index " + e.getIndex());
        }
    }

    private static RabbitAddress several(Matcher uri) {
        String login = uri.group(2) == null ? "" : uri.group(2);
        String rest = uri.group(4) == null ? "" : uri.group(4);
        List<NodeAddress> nodes = new ArrayList<>();
        ConnectionFactory factory = null;
        for (String host : uri.group(3).split(",", -1)) {
            requireHost(host, nodes.size() + 1);
            ConnectionFactory one = factory(parsed(uri.group(1) + login + host + rest));
            factory = factory == null ? one : factory;
            nodes.add(new NodeAddress(one.getHost(), one.getPort()));
        }
        requireEachOnce("uri", nodes);
        return new RabbitAddress(factory, nodes);
    }

    /** The host is not shown: where a slash in a password was not encoded, it is a piece of that. */
    private static void requireHost(String host, int number) {
        boolean one;
        try {
            one = !host.isBlank() && new URI("amqp://" + host).getHost() != null;
        } catch (URISyntaxException e) {
            one = false;
        }
        require(one, "name[:port] or [IPv6][:port] for each of its hosts", "host " + number + " is something else");
    }

    private static URI parsed(String uri) {
        try {
            return new URI(uri);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("uri is not a URI: " + e.getReason());
        }
    }

    /** The one node of a factory. */
    static RabbitAddress of(ConnectionFactory factory) {
        return new RabbitAddress(factory, List.of(new NodeAddress(factory.getHost(), factory.getPort())));
    }

    /**
     * Several nodes, with all else from the factory.
     *
     * @throws IllegalArgumentException if there is none, one twice, or one without a host or a port
     */
    static RabbitAddress of(ConnectionFactory factory, List<Address> given) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException("nodes must be at least one: none");
        }
        List<NodeAddress> nodes =
                given.stream().map(each -> node(each, factory.isSSL())).toList();
        requireEachOnce("nodes", nodes);
        return new RabbitAddress(factory, nodes);
    }

    private static NodeAddress node(Address address, boolean tls) {
        String host = address.getHost().replaceAll("[\\[\\]]", "");
        int port = ConnectionFactory.portOrDefault(address.getPort(), tls);
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("nodes must have a host and a port from 1 to 65535: " + address);
        }
        return new NodeAddress(host, port);
    }

    private static void requireEachOnce(String name, List<NodeAddress> nodes) {
        List<NodeAddress> before = new ArrayList<>();
        for (NodeAddress each : nodes) {
            NodeAddress plain = new NodeAddress(each.host().toLowerCase(Locale.ROOT), each.port());
            int same = before.indexOf(plain);
            before.add(plain);
            if (same >= 0) {
                throw new IllegalArgumentException(
                        name + " must have each node once: number " + before.size() + " is number " + (same + 1));
            }
        }
    }

    private static ConnectionFactory factory(URI uri) {
        boolean tls = "amqps".equalsIgnoreCase(uri.getScheme());
        check(uri, tls);
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(uri.getHost().replaceAll("[\\[\\]]", ""));
        if (tls) {
            factory.useSslProtocol(defaultTls());
            // verifying the host's name is the builder's setting
            factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator());
        }
        if (uri.getPort() >= 0) {
            require(uri.getPort() > 0 && uri.getPort() < 65_536, "a port from 1 to 65535", "" + uri.getPort());
            factory.setPort(uri.getPort());
        }
        String path = uri.getRawPath();
        if (path.length() > 1) {
            factory.setVirtualHost(decoded(path.substring(1)));
        }
        credentials(factory, uri.getRawUserInfo());
        return factory;
    }

    private static void check(URI uri, boolean tls) {
        require(tls || "amqp".equalsIgnoreCase(uri.getScheme()), "the scheme amqp or amqps", uri.getScheme());
        require(uri.getHost() != null, "a host", uri.getHost());
        require(uri.getRawQuery() == null && uri.getRawFragment() == null, "no query and no fragment", "one");
        String path = uri.getRawPath();
        require(path.lastIndexOf('/') <= 0, "one path segment at most, the virtual host", path);
    }

    private static void credentials(ConnectionFactory factory, String userInfo) {
        if (userInfo == null) {
            return;
        }
        int colon = userInfo.indexOf(':');
        factory.setUsername(decoded(colon < 0 ? userInfo : userInfo.substring(0, colon)));
        if (colon >= 0) {
            factory.setPassword(decoded(userInfo.substring(colon + 1)));
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no default TLS", e);
        }
    }

    private static void require(boolean kept, String rule, String value) {
        if (!kept) {
            throw new IllegalArgumentException("uri must have " + rule + ": " + value);
        }
    }
}
