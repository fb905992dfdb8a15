package io.orderflow.examples.loadtest.driving;

import io.orderflow.examples.common.Interruption;
import io.orderflow.examples.loadtest.resources.Layout;
import io.orderflow.examples.processes.ChildProgram;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/** The programs that take and decide the orders of a load test beside this process; often there is none. */
public final class Site implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofMillis(500);
    /** A compiler at work takes most of a processor; a program that waits takes a hundredth. */
    private static final double AT_REST = 0.1;

    private final SitePlan plan;
    private final List<ChildProgram> children = new ArrayList<>();
    private Optional<ChildProgram> api = Optional.empty();
    private Optional<URI> address;

    private Site(SitePlan plan) {
        this.plan = plan;
        this.address = plan.application();
    }

    /** Only this process. */
    public static Site embedded() {
        return new Site(SitePlan.EMBEDDED);
    }

    /**
     * Starts what the plan asks for and waits until it works.
     *
     * @param shop options that make a program open the same shop and queue
     * @throws io.orderflow.examples.common.ProgramException if one does not start
     */
    public static Site start(SitePlan plan, WorkPlan work, List<String> shop) {
        Site site = new Site(plan);
        try {
            site.startPrograms(work, shop);
            return site;
        } catch (RuntimeException e) {
            site.close();
            throw e;
        }
    }

    private void startPrograms(WorkPlan work, List<String> shop) {
        if (plan.http() && !plan.isForeign()) {
            int workers = plan.workerProcesses() > 0 ? 0 : work.workers();
            ChildProgram serve = start(
                    shop, List.of("serve", "--port", "0", "--group-wait", "" + work.groupWaitMillis()), workers, work);
            address = Optional.of(URI.create(serve.awaitLine("listening on ", START)));
            api = Optional.of(serve);
        }
        List<ChildProgram> workers = new ArrayList<>();
        for (int i = 0; i < plan.workerProcesses(); i++) {
            workers.add(start(shop, List.of("worker"), work.workers(), work));
        }
        workers.forEach(worker -> worker.awaitLine("working", START));
    }

    private ChildProgram start(List<String> shop, List<String> program, int workers, WorkPlan work) {
        List<String> arguments = new ArrayList<>(program);
        arguments.addAll(List.of("--workers", "" + workers));
        if (workers > 0) {
            arguments.addAll(List.of("--max-batch", "" + work.maxBatch()));
            arguments.addAll(List.of("--batch-wait", "" + work.batchWaitMillis()));
            arguments.addAll(List.of("--ack-delay", "" + work.ackDelayMillis()));
        }
        arguments.addAll(shop);
        ChildProgram child = ChildProgram.start(plan.javaOptions(), arguments);
        children.add(child);
        return child;
    }

    public SitePlan plan() {
        return plan;
    }

    /** Where orders are sent over HTTP; empty when this process takes them. */
    public Optional<URI> address() {
        return address;
    }

    /** A way in over HTTP; to be closed by the caller. */
    public OrderIntake intake() {
        URI application = address.orElseThrow();
        return plan.httpBatch().isPresent()
                ? new HttpBatches(
                        application, plan.connections(), plan.httpBatch().getAsInt(), HttpBatches.LINGER)
                : new HttpIntake(application, plan.connections());
    }

    /** Which processes there are, to be measured. */
    public Layout layout() {
        List<Long> workers = children.stream()
                .filter(child -> api.filter(child::equals).isEmpty())
                .map(ChildProgram::pid)
                .toList();
        OptionalLong taker = api.map(child -> OptionalLong.of(child.pid())).orElseGet(OptionalLong::empty);
        return new Layout(taker, address, workers);
    }

    /**
     * Waits until the programs hardly use the processor, as they do once their compilers rest; at most as long as
     * given.
     */
    public void awaitRest(Duration bound, Interruption interruption) {
        long end = System.nanoTime() + bound.toNanos();
        long before = cpuNanos();
        while (!children.isEmpty() && !interruption.isRequested() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(QUIET.toNanos());
            long now = cpuNanos();
            if (now - before < AT_REST * QUIET.toNanos()) {
                return;
            }
            before = now;
        }
    }

    private long cpuNanos() {
        return children.stream()
                .mapToLong(child -> child.cpu().orElse(Duration.ZERO).toNanos())
                .sum();
    }

    /** Tells the programs to stop, who takes orders first, and waits for them. */
    @Override
    public void close() {
        children.forEach(ChildProgram::close);
    }
}
