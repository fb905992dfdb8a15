package io.orderflow.examples.serve;

import io.orderflow.Limits;
import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.BatchOptions;
import io.orderflow.examples.common.GroupWaitOption;
import io.orderflow.examples.common.JsonOrderOption;
import io.orderflow.examples.common.QueueOptions;
import io.orderflow.examples.common.RefusedOption;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.ShopSeed;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code serve}: takes orders over HTTP until it is told to stop. */
@Command(
        name = "serve",
        description = {"Takes orders over HTTP, and decides them.", ""},
        footer = {
            "",
            "The live page is at /.",
            "POST /orders, POST /orders/batch, GET /orders/ID, GET /orders?buyer=N, GET /products/N, GET /wallets/N,"
                    + " GET /events, GET /health/live, GET /health/ready, GET /metrics; GET /openapi.json has them all",
            "",
            "It starts while the database or the queue is away. Exit code 2: wrong options; 1: a port that is "
                    + "taken, or a password"
                    + " or a database's name that is wrong.",
            "",
            "SIGTERM and Ctrl-C stop it cleanly, with exit code 143 or 130: what was accepted is decided, or "
                    + "stays in the"
                    + " journal and is decided after the next start. kill -9 loses no accepted order either."
        })
public final class Serve implements Callable<Integer> {

    @Mixin
    private StandardOptions standard;

    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private QueueOptions queueOptions;

    @Mixin
    private JsonOrderOption jsonOption;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address to listen on. Orders are taken from everybody: think before you leave loopback."
                    + " Default: ${DEFAULT-VALUE}")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Port to listen on; 0 takes a free one and prints it. Default: ${DEFAULT-VALUE}")
    private int port;

    @Mixin
    private PageOptions pageOptions;

    @Mixin
    private CallerOptions callerOptions;

    @Option(
            names = "--workers",
            defaultValue = "1",
            description = "Threads that decide; 0 leaves that to the program worker. Default: ${DEFAULT-VALUE}")
    private int workers;

    @Mixin
    private BatchOptions batchOptions;

    @Mixin
    private GroupWaitOption groupWait;

    @Option(
            names = "--seed-products",
            defaultValue = "0",
            description = "Fill an empty shop with products 1 to N. Default: ${DEFAULT-VALUE}")
    private long seedProducts;

    @Option(
            names = "--seed-buyers",
            defaultValue = "0",
            description = "Fill an empty shop with buyers 1 to N. Default: ${DEFAULT-VALUE}")
    private long seedBuyers;

    @Option(
            names = "--seed-max-per-buyer",
            paramLabel = "PIECES",
            defaultValue = "0",
            description =
                    "Most pieces of each of these products for a buyer; 0 for no limit. Default: ${DEFAULT-VALUE}")
    private long seedMaxPerBuyer;

    @Option(
            names = "--create-tables",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether to make the library's tables where they are missing, which needs the right to."
                    + " Otherwise it waits until they are there. Default: it makes them")
    private boolean createTables;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public Serve() {}

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        Duration journalWait = Duration.ofMillis(groupWait.millis());
        Optional<WorkerConfig> config = RefusedOption.named(spec, () -> batchOptions.workersIfAny(workers));
        HttpConfig callers =
                callerOptions.config(pageOptions.access(checkedHost().isLoopbackAddress()));
        ShopQueue queue = jsonOption.applyTo(queueOptions.open());
        // the library asks for four more than it has workers, and its meters for one
        Shop shop = shopOptions.openForService(workers + 5 + ShopServer.CONNECTIONS);
        print("shop: " + shop);
        print("queue: " + queue);
        ShopServer server = start(shop, queue, config, journalWait, callers);
        server.waitingFor().ifPresent(missing -> print("not ready yet, trying again without end: " + missing.inFull()));
        print("listening on " + WebServer.url(host, server.port()));
        new CountDownLatch(1).await();
        return 0;
    }

    private ShopServer start(
            Shop shop, ShopQueue queue, Optional<WorkerConfig> config, Duration journalWait, HttpConfig callers)
            throws InterruptedException {
        ShopSeed seed =
                new ShopSeed(seedProducts, ShopSeed.MUCH_STOCK, seedBuyers, ShopSeed.MUCH_MONEY, seedMaxPerBuyer);
        ShopServer server = new ShopServer(shop, queue, config, journalWait, seed, createTables, callers, this::print);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, queue, shop), "stop"));
        return server.start(host, port);
    }

    private void stop(ShopServer server, ShopQueue queue, Shop shop) {
        server.close();
        queue.close();
        shop.close();
        print("stopped");
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private void checkOptions() {
        if (port < 0 || port > 65_535) {
            throw wrong("--port must be between 0 and 65535: " + port);
        }
        if (workers == 0) {
            for (String option : List.of("--max-batch", "--batch-wait", "--ack-delay", "--accept-json")) {
                if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                    throw wrong(option + " has no effect with --workers 0; give it to the program worker");
                }
            }
        }
        if (seedProducts < 0 || seedBuyers < 0) {
            throw wrong("--seed-products and --seed-buyers must be >= 0: " + Math.min(seedProducts, seedBuyers));
        }
        if (seedMaxPerBuyer < 0 || seedMaxPerBuyer > Limits.BALANCE) {
            throw wrong("--seed-max-per-buyer must be between 0 and " + Limits.BALANCE + ": " + seedMaxPerBuyer);
        }
        if (seedMaxPerBuyer > 0 && seedProducts == 0) {
            throw wrong("--seed-max-per-buyer has no effect without --seed-products");
        }
        checkedHost();
    }

    private InetAddress checkedHost() {
        return ListenHost.of(spec, "--host", host);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
