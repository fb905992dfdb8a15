package io.orderflow.examples.serve;

import io.orderflow.WorkerConfig;
import io.orderflow.examples.common.BatchOptions;
import io.orderflow.examples.common.JsonOrderOption;
import io.orderflow.examples.common.QueueOptions;
import io.orderflow.examples.common.RefusedOption;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.StandardOptions;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code worker}: decides what other processes accepted, until it is told to stop. */
@Command(
        name = "worker",
        description = {"Decides what other processes accepted.", "Any number of workers may work on one shop.", ""},
        footer = {
            "",
            "It starts while the database or the queue is away, and goes on by itself when they are back.",
            "It ends by itself only for what cannot mend itself: wrong options (exit code 2), a port that is "
                    + "taken, a wrong password,"
                    + " or a database that cannot be used as it is set up, such as tables of another version "
                    + "(exit code 1).",
            "",
            "With --queue memory nothing is delivered to it: it decides what has waited in the database for a second.",
            "",
            "SIGTERM and Ctrl-C stop it cleanly, with exit code 143 or 130: the batches in work are finished, "
                    + "the rest is given back."
                    + " kill -9 loses nothing either: what it held goes to others when its lease ends."
        })
public final class WorkerCommand implements Callable<Integer> {
    @Mixin
    private StandardOptions standard;

    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private QueueOptions queueOptions;

    @Mixin
    private JsonOrderOption jsonOption;

    @Option(names = "--workers", defaultValue = "1", description = "Threads that decide. Default: ${DEFAULT-VALUE}")
    private int workers;

    @Mixin
    private BatchOptions batchOptions;

    @Option(
            names = "--health-port",
            paramLabel = "PORT",
            description = "Serve /health/live, /health/ready and /metrics there; 0 takes a free port and prints it."
                    + " Ready is 503 while it is paused, with the reason. Default: none")
    private Optional<Integer> healthPort;

    @Option(
            names = "--health-host",
            paramLabel = "HOST",
            description = "Address to serve them on. Whoever reaches it is told how the worker is, and how many orders"
                    + " it decided. Default: " + WorkerServer.LOOPBACK)
    private Optional<String> healthHost;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public WorkerCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        WorkerConfig config = checkedConfig();
        ShopQueue queue = jsonOption.applyTo(queueOptions.open());
        // the library asks for four more than it has workers, and its meters for one
        Shop shop = shopOptions.openForService(workers + 5);
        print("shop: " + shop);
        print("queue: " + queue);
        WorkerServer server = new WorkerServer(shop, queue, config, healthPlace(), this::print);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, queue, shop), "stop"));
        server.start();
        new CountDownLatch(1).await();
        return 0;
    }

    private void stop(WorkerServer server, ShopQueue queue, Shop shop) {
        server.close();
        queue.close();
        shop.close();
        print("stopped, decided " + server.decided() + " orders");
    }

    private void print(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    private WorkerConfig checkedConfig() {
        int port = healthPort.orElse(0);
        if (port < 0 || port > 65_535) {
            throw wrong("--health-port must be between 0 and 65535: " + port);
        }
        if (healthHost.isPresent() && healthPort.isEmpty()) {
            throw wrong("--health-host has no effect without --health-port");
        }
        healthHost.ifPresent(host -> ListenHost.of(spec, "--health-host", host));
        return RefusedOption.named(spec, () -> batchOptions.workers(workers));
    }

    private Optional<WorkerServer.HealthPlace> healthPlace() {
        return healthPort.map(port -> new WorkerServer.HealthPlace(healthHost.orElse(WorkerServer.LOOPBACK), port));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
