package io.orderflow.examples.loadtest.resources;

import io.orderflow.examples.common.Shop;
import io.orderflow.examples.common.ShopQueue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Measures what a load test costs: first {@link #idle}, then everything between {@link #beginLoad()} and
 * {@link #endLoad()}. Made, used and closed by the thread that submits.
 */
public final class Resources implements AutoCloseable {
    private static final long GLANCE_NANOS = 100_000_000;

    /** Long enough for two readings. */
    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

    private final List<Component> components;
    private final Optional<Sampler> sampler;
    private final Optional<DockerEngine> docker;
    private final int idleSeconds;
    private Interval idle = Interval.NONE;
    private Interval load = Interval.NONE;

    private Resources(
            List<Component> components, Optional<Sampler> sampler, Optional<DockerEngine> docker, int idleSeconds) {
        this.components = components;
        this.sampler = sampler;
        this.docker = docker;
        this.idleSeconds = idleSeconds;
    }

    /** Measures nothing. */
    public static Resources none() {
        return new Resources(List.of(), Optional.empty(), Optional.empty(), 0);
    }

    /** Measures this process, the database and the queue, without an idle window. */
    public static Resources here(Shop shop, ShopQueue queue) {
        return of(Layout.THIS_PROCESS, shop.toString(), queue.toString(), Map.of(), 0);
    }

    static Resources of(Layout layout, String database, String queue, Map<String, String> watched, int idleSeconds) {
        DockerEngine docker = DockerEngine.of(System.getenv());
        List<Component> components = new ComponentFinder(docker).find(layout, database, queue, watched);
        Sampler sampler = new Sampler(components);
        sampler.start();
        return new Resources(components, Optional.of(sampler), Optional.of(docker), idleSeconds);
    }

    /**
     * Waits for the idle window to pass, in which nothing else should be done.
     *
     * @param early asked now and then whether to end it before
     */
    public void idle(BooleanSupplier early) {
        if (sampler.isEmpty() || idleSeconds == 0) {
            return;
        }
        long from = now();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(idleSeconds);
            for (long left = end - System.nanoTime();
                    left > 0 && !early.getAsBoolean();
                    left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, GLANCE_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in the idle window", e);
        }
        idle = new Interval(from, endNow());
    }

    /** Begins the load window. */
    public void beginLoad() {
        load = new Interval(now(), 0);
    }

    /** Ends the load window. */
    public void endLoad() {
        load = new Interval(load.from(), endNow());
    }

    /** What each measured component used lately; an amount that is not known is empty. Any thread may ask. */
    public Map<String, Usage> recent() {
        long now = System.nanoTime();
        Map<String, Usage> usage = new LinkedHashMap<>();
        components.stream().filter(one -> one.probe().isPresent()).forEach(one -> {
            ResourceWindow window = one.window(now - RECENT_NANOS, now);
            OptionalDouble memory = window.amount(Figure.MEMORY).value();
            usage.put(
                    one.name(),
                    new Usage(
                            window.amount(Figure.CPU_PERCENT).value(),
                            memory.isPresent() ? OptionalLong.of((long) memory.getAsDouble()) : OptionalLong.empty()));
        });
        return usage;
    }

    /** What was measured; to be asked after the load window. */
    public ResourceReport report() {
        return sampler.isEmpty() ? ResourceReport.none() : new ResourceReport(components, idle, load);
    }

    private long now() {
        long nanos = System.nanoTime();
        sampler.ifPresent(Sampler::sample);
        return nanos;
    }

    private long endNow() {
        sampler.ifPresent(Sampler::sample);
        return System.nanoTime();
    }

    @Override
    public void close() {
        sampler.ifPresent(Sampler::close);
        docker.ifPresent(DockerEngine::close);
    }

    /**
     * A stretch of time, by {@link System#nanoTime()}.
     *
     * @param from its beginning
     * @param to its end
     */
    record Interval(long from, long to) {
        /** None was measured. */
        static final Interval NONE = new Interval(0, 0);

        double seconds() {
            return (to - from) / 1e9;
        }
    }
}
