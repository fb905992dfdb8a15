package io.orderflow.examples.relay;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import io.orderflow.examples.common.Certificates;
import io.orderflow.examples.common.Secrets;
import io.orderflow.examples.common.ShownAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;

/** The options that say where events go. A mixin of the relay. */
public final class TargetOptions {
    static final String PASSWORD_VARIABLE = "ORDER_RELAY_PASSWORD";
    static final String SECRET_VARIABLE = "ORDER_WEBHOOK_SECRET";
    private static final String NAME = "orderflow.events";
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_TIMEOUT = 60;
    private static final int REDIS_PORT = 6_379;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            required = true,
            description = "An exchange of RabbitMQ: amqp://HOST[:PORT][,HOST[:PORT]...][/VHOST]; a stream of Redis:"
                    + " redis://HOST[:PORT][/DATABASE]; amqps: and rediss: for TLS; or a receiver of signed"
                    + " webhooks: https://HOST/PATH, or http:.")
    private String to;

    @Option(
            names = "--to-user",
            paramLabel = "NAME",
            description = "The user there, with amqp: and redis:. Default: the one in the URI, or the server's default"
                    + " user. The password comes from the environment variable " + PASSWORD_VARIABLE
                    + ", from the URI, or from:")
    private Optional<String> user;

    @Option(names = "--to-password-file", paramLabel = "FILE", description = "A file whose first line is the password.")
    private Optional<Path> passwordFile;

    @Option(
            names = "--to-trust",
            paramLabel = "FILE",
            description = "With amqps:, rediss: and https:, a PEM file of the only certificates to trust. Default:"
                    + " those of Java.")
    private Optional<Path> trust;

    @Option(
            names = "--exchange",
            paramLabel = "NAME",
            description = "With amqp:, the exchange; a durable one of type topic is made if it is not there. Default: "
                    + NAME)
    private Optional<String> exchange;

    @Option(
            names = "--mandatory",
            description = "With amqp:, hold on while no queue takes an event. Without it such an event is gone.")
    private boolean mandatory;

    @Option(names = "--stream", paramLabel = "NAME", description = "With redis:, the stream. Default: " + NAME)
    private Optional<String> stream;

    @Option(
            names = "--max-len",
            paramLabel = "N",
            description = "With redis:, keep about the N latest entries, read or not. Default: all")
    private Optional<Long> maxLength;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "With https:, a file whose first line is the secret for signatures, as of: echo"
                    + " whsec_$(openssl rand -base64 32). Default: the environment variable " + SECRET_VARIABLE)
    private Optional<Path> secretFile;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Longest wait for an answer, 1 to " + LONGEST_TIMEOUT + ". Default: ${DEFAULT-VALUE}")
    private int timeout;

    /** Made by the command line. */
    public TargetOptions() {}

    /**
     * The target that the options name. No I/O on it.
     *
     * @throws ParameterException if an option's value cannot be used
     */
    RelayTarget open(Map<String, String> environment) {
        if (timeout < 1 || timeout > LONGEST_TIMEOUT) {
            throw wrong("--timeout must be between 1 and " + LONGEST_TIMEOUT + ": " + timeout);
        }
        String scheme = to.replaceAll(":.*", "").toLowerCase(Locale.ROOT);
        refuseWhatHasNoEffect(scheme);
        try {
            return switch (scheme) {
                case "amqp", "amqps" -> rabbit(scheme.equals("amqps"), environment);
                case "redis", "rediss" -> redis(scheme.equals("rediss"), environment);
                case "http", "https" -> webhook(environment);
                default ->
                    throw wrong("--to must be an amqp:, amqps:, redis:, rediss:, https: or http: URI: "
                            + ShownAddress.of(to));
            };
        } catch (IllegalArgumentException e) {
            throw wrong("--to " + e.getMessage());
        }
    }

    private void refuseWhatHasNoEffect(String scheme) {
        boolean web = scheme.startsWith("http");
        refuse(web, user.isPresent(), "--to-user", scheme);
        refuse(web, passwordFile.isPresent(), "--to-password-file", scheme);
        refuse(!scheme.endsWith("s") || scheme.equals("redis"), trust.isPresent(), "--to-trust", scheme);
        refuse(!scheme.startsWith("amqp"), exchange.isPresent(), "--exchange", scheme);
        refuse(!scheme.startsWith("amqp"), mandatory, "--mandatory", scheme);
        refuse(!scheme.startsWith("redis"), stream.isPresent(), "--stream", scheme);
        refuse(!scheme.startsWith("redis"), maxLength.isPresent(), "--max-len", scheme);
        refuse(!web, secretFile.isPresent(), "--secret-file", scheme);
    }

    private void refuse(boolean withoutEffect, boolean given, String option, String scheme) {
        if (withoutEffect && given) {
            throw wrong(option + " has no effect with --to " + scheme + ":");
        }
    }

    private RelayTarget rabbit(boolean tls, Map<String, String> environment) {
        List<BrokerAddress> nodes = BrokerAddress.parseAll(
                to, tls ? ConnectionFactory.DEFAULT_AMQP_OVER_SSL_PORT : ConnectionFactory.DEFAULT_AMQP_PORT);
        ConnectionFactory factory = new ConnectionFactory();
        BrokerAddress address = nodes.get(0);
        if (!address.path().isEmpty()) {
            factory.setVirtualHost(address.path());
        }
        user(address).ifPresent(factory::setUsername);
        password(address, environment).ifPresent(factory::setPassword);
        context(tls).ifPresent(context -> {
            factory.useSslProtocol(context);
            factory.enableHostnameVerification();
        });
        List<Address> addresses = nodes.stream()
                .map(node -> new Address(node.host(), node.port()))
                .toList();
        return new RabbitTarget(
                factory, addresses, name("--exchange", exchange), mandatory, Duration.ofSeconds(timeout));
    }

    private RelayTarget redis(boolean tls, Map<String, String> environment) {
        BrokerAddress address = BrokerAddress.parse(to, REDIS_PORT);
        if (!address.path().matches("\\d{0,6}")) {
            throw new IllegalArgumentException("must have the number of a database as its path, as in /0");
        }
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .resp2()
                .clientName("orderflow-relay")
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .database(address.path().isEmpty() ? 0 : Integer.parseInt(address.path()));
        user(address).ifPresent(config::user);
        password(address, environment).ifPresent(config::password);
        maxLength.filter(entries -> entries < 1).ifPresent(entries -> {
            throw wrong("--max-len must be >= 1: " + entries);
        });
        return new RedisTarget(
                new RedisSockets(address.host(), address.port(), context(tls), Duration.ofSeconds(timeout)),
                config.build(),
                name("--stream", stream),
                maxLength.map(OptionalLong::of).orElse(OptionalLong.empty()),
                Duration.ofSeconds(2L * timeout));
    }

    private RelayTarget webhook(Map<String, String> environment) {
        URI uri;
        try {
            uri = new URI(to);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is no URI: " + e.getReason() + " at index " + e.getIndex());
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("must have a host, no user and no #: " + ShownAddress.of(to));
        }
        String text = secretFile
                .map(file -> Secrets.firstLine(program, "--secret-file", file))
                .or(() -> Optional.ofNullable(environment.get(SECRET_VARIABLE)))
                .orElseThrow(() ->
                        wrong("a secret is needed: --secret-file, or the environment variable " + SECRET_VARIABLE));
        WebhookSecret secret;
        try {
            secret = WebhookSecret.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong("the secret of --secret-file or " + SECRET_VARIABLE + " " + e.getMessage());
        }
        return new WebhookTarget(
                uri, secret, trust.map(this::context), Duration.ofSeconds(timeout), InstantSource.system());
    }

    private Optional<String> user(BrokerAddress address) {
        if (address.user().isPresent() && user.isPresent()) {
            throw wrong("--to-user must not be given with --to URI that names one");
        }
        return address.user().or(() -> user);
    }

    private Optional<String> password(BrokerAddress address, Map<String, String> environment) {
        if (address.password().isPresent() && passwordFile.isPresent()) {
            throw wrong("--to-password-file must not be given with --to URI that has a password");
        }
        return address.password()
                .or(() -> passwordFile.map(file -> Secrets.firstLine(program, "--to-password-file", file)))
                .or(() -> Optional.ofNullable(environment.get(PASSWORD_VARIABLE)))
                .filter(text -> !text.isEmpty());
    }

    private String name(String option, Optional<String> given) {
        String name = given.orElse(NAME);
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw wrong(option + " must have between 1 and " + LONGEST_NAME + " characters: " + name.length());
        }
        return name;
    }

    private Optional<SSLContext> context(boolean tls) {
        try {
            return tls
                    ? Optional.of(trust.isPresent() ? context(trust.get()) : SSLContext.getDefault())
                    : Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no default TLS", e);
        }
    }

    private SSLContext context(Path pem) {
        try {
            return Certificates.trust(pem);
        } catch (IOException | GeneralSecurityException e) {
            throw wrong("--to-trust must be a PEM file of certificates: " + pem + ": " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
