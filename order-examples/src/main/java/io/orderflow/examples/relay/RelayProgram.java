package io.orderflow.examples.relay;

import io.orderflow.FeedConfig;
import io.orderflow.FeedStart;
import io.orderflow.Limits;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code relay}: tells others what happened to orders, until it is told to stop. */
@Command(
        name = "relay",
        description = {
            "Sends events to RabbitMQ, Redis, or a web address.",
            "Events are all that happens to orders, as the feed tells it.",
            "Each event comes at least once, in its order. Drop doubles by the position.",
            ""
        },
        footer = {
            "",
            "It starts while the database or the target is away, and goes on by itself when they are back.",
            "Exit code 2: wrong options; 1: a password or a name of the database that is wrong.",
            "",
            "Several relays may run with one --feed: one sends, another takes over within --lease when that one dies."
                    + " Each target needs a feed of its own.",
            "",
            "SIGTERM and Ctrl-C stop it cleanly, with exit code 143 or 130. kill -9 loses nothing either: what was"
                    + " being sent comes again."
        })
public final class RelayProgram implements Callable<Integer> {
    /** For the feed's reader, its lease, the number that it looks for, and the check of the server. */
    private static final int CONNECTIONS = 4;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    @Mixin
    private StandardOptions standard;

    @Mixin
    private TargetOptions targetOptions;

    @Option(
            names = "--feed",
            paramLabel = "NAME",
            required = true,
            description = "The name under which the database remembers how far it came.")
    private String feed;

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            defaultValue = "start",
            description = "Where a new feed begins: start, with the first thing that ever happened, or now. One that"
                    + " is there goes on where it was. Default: ${DEFAULT-VALUE}")
    private String from;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Most events that are sent at a time, 1 to " + Limits.BATCH_ORDERS + ". Default: ${DEFAULT-VALUE}")
    private int batch;

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long others wait for one that died, 2 to 600. Default: ${DEFAULT-VALUE}")
    private int lease;

    @Mixin
    private ShopOptions shopOptions;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public RelayProgram() {}

    @Override
    public Integer call() throws InterruptedException {
        RelayPlan plan = plan();
        RelayTarget target = targetOptions.open(System.getenv());
        Shop shop = shopOptions.openForService(CONNECTIONS);
        Relay relay = relay(shop, plan, target);
        print("shop: " + shop);
        print("to: " + target);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(relay, shop), "stop"));
        relay.start();
        new CountDownLatch(1).await();
        return 0;
    }

    private RelayPlan plan() {
        FeedStart start = switch (from.toLowerCase(Locale.ROOT)) {
            case "start" -> FeedStart.BEGINNING;
            case "now" -> FeedStart.NOW;
            default -> throw wrong("--from must be start or now: " + from);
        };
        if (batch < 1 || batch > Limits.BATCH_ORDERS) {
            throw wrong("--batch must be between 1 and " + Limits.BATCH_ORDERS + ": " + batch);
        }
        if (lease < 2 || lease > 600) {
            throw wrong("--lease must be between 2 and 600: " + lease);
        }
        FeedConfig config = FeedConfig.builder()
                .maxEvents(batch)
                .lease(Duration.ofSeconds(lease))
                .closeTimeout(CLOSE_TIMEOUT)
                .build();
        return new RelayPlan(feed, start, config);
    }

    private Relay relay(Shop shop, RelayPlan plan, RelayTarget target) {
        try {
            return new Relay(shop, plan, target, this::print);
        } catch (IllegalArgumentException e) {
            shop.close();
            throw wrong("--feed: " + e.getMessage());
        }
    }

    private void stop(Relay relay, Shop shop) {
        relay.close();
        shop.close();
        print("stopped, sent " + relay.sent() + " events");
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
