package io.orderflow.examples.quickstart;

import io.orderflow.OrderProcessor;
import io.orderflow.OrderRequest;
import io.orderflow.WorkerConfig;
import io.orderflow.WorkerRunner;
import io.orderflow.examples.common.AuditSummary;
import io.orderflow.examples.common.GivenOptions;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.QueueOptions;
import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopOptions;
import io.orderflow.examples.common.ShopQueue;
import io.orderflow.examples.common.StandardOptions;
import io.orderflow.examples.common.WaitOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code quickstart}: shows in a few seconds what the library does, on a database that it brings along. */
@Command(
        name = "quickstart",
        description = {
            "Shows in a few seconds what the library does.",
            "Every verdict, a worker that stops and comes back, and the audit.",
            ""
        },
        footer = {
            "",
            "May be run again and again.",
            "Exit code 0: every order ended as it should and the audit agrees; 1: not so, or it could not be "
                    + "run; 2: wrong options."
        })
public final class Quickstart implements Callable<Integer> {
    private static final int CONNECTIONS = 6;

    @Mixin
    private StandardOptions standard;

    @Mixin
    private ShopOptions shopOptions;

    @Mixin
    private QueueOptions queueOptions;

    @Mixin
    private WaitOptions waitOptions;

    @Mixin
    private JsonFlag json;

    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public Quickstart() {}

    @Override
    public Integer call() throws InterruptedException {
        long start = System.nanoTime();
        Report report;
        try (Shop shop = shopOptions.open(CONNECTIONS, waitOptions.patience());
                ShopQueue queue = queueOptions.openOwn("quickstart", shop).reached(waitOptions.patience())) {
            PrintWriter err = spec.commandLine().getErr();
            CompletableFuture<Void> slow = CompletableFuture.runAsync(
                    () -> err.println("still opening " + shop + ", this machine is busy"),
                    CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS));
            shop.schema().create();
            slow.cancel(false);
            report = run(shop, queue, start);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json.isGiven()) {
            out.println(JsonOutput.of(report.json()));
        } else {
            report.print(out, GivenOptions.of(spec.commandLine().getParseResult()));
        }
        out.flush();
        return report.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** All that it takes to embed the library: a DataSource, a processor, its workers. */
    private Report run(Shop shop, ShopQueue queue, long start) throws InterruptedException {
        String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        try (OrderProcessor orders = queue.configure(OrderProcessor.builder(shop.dataSource())
                        .tablePrefix(shop.tablePrefix())
                        // nobody waits at a door here, and a busy machine is slow
                        .submitTimeout(Duration.ofSeconds(60))
                        .journalTimeout(Duration.ofSeconds(30)))
                .build()
                .start()) {
            new SmallShop(orders, run).restore();
            List<Life> lives = lives(orders, lessons(run));
            Pause pause = Pause.of(orders, run);
            AuditSummary audit = AuditSummary.of(orders.audit());
            return new Report(
                    shop.toString(), queue.toString(), lives, pause, audit, (System.nanoTime() - start) / 1e9);
        }
    }

    private static List<Life> lives(OrderProcessor orders, List<Lesson> lessons) throws InterruptedException {
        WorkerRunner worker = orders.workers(WorkerConfig.defaults()).start();
        try {
            List<Life> lives = new ArrayList<>();
            for (Lesson lesson : lessons) {
                lives.add(Life.of(lesson, orders));
            }
            return lives;
        } finally {
            worker.close();
        }
    }

    private static List<Lesson> lessons(String run) {
        OrderRequest breakfast = OrderRequest.of(SmallShop.ADA)
                .line(SmallShop.TEA, 2, 450)
                .line(SmallShop.MUG, 1, 1_200)
                .idempotencyKey("breakfast-" + run)
                .build();
        OrderRequest otherBreakfast = OrderRequest.of(SmallShop.ADA)
                .line(SmallShop.TEA, 3, 450)
                .idempotencyKey("breakfast-" + run)
                .build();
        return List.of(
                Lesson.decided("Ada buys 2 tea and a mug", breakfast, "COMPLETED"),
                new Lesson("Ada's browser sends it again, same key", breakfast, "DUPLICATE", "as before: COMPLETED"),
                new Lesson("the same key with other content", otherBreakfast, "CONFLICT", "-"),
                lesson("Ada wants 2 signed prints, 1 is left", SmallShop.ADA, SmallShop.PRINT, 2, "INSUFFICIENT_STOCK"),
                lesson("Bob has 5.00 and wants a mug", SmallShop.BOB, SmallShop.MUG, 1, "INSUFFICIENT_FUNDS"),
                lesson("Ada wants what is not sold here", SmallShop.ADA, SmallShop.NOT_SOLD_HERE, 1, "UNKNOWN_PRODUCT"),
                lesson("a stranger without a wallet", SmallShop.STRANGER, SmallShop.TEA, 1, "UNKNOWN_BUYER"),
                Lesson.decided(
                        "Ada saw tea at 4.00, it costs 4.50",
                        OrderRequest.of(SmallShop.ADA)
                                .line(SmallShop.TEA, 1, 400)
                                .build(),
                        "REJECTED PRICE_CHANGED"));
    }

    private static Lesson lesson(String story, long buyer, long product, int quantity, String reason) {
        return Lesson.decided(
                story, OrderRequest.of(buyer).line(product, quantity).build(), "REJECTED " + reason);
    }
}
