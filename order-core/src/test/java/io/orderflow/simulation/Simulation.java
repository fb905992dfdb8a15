package io.orderflow.simulation;

import io.orderflow.AuditReport;
import io.orderflow.OrderRequest;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.worker.ManualRunner;
import io.orderflow.simulation.Trace.Met;
import io.orderflow.testing.FaultyDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;

/**
 * One run: random events in a random order, then everything is set right and must come to its end, then the checker.
 */
final class Simulation {
    /** When all is decided there is more to give back, and to bring back. */
    private static final int LATE_CHANGES = 4;

    private final SimulatedDatabase database;
    private final Mutant mutant;
    private final RandomGenerator random;
    private final FaultProfile profile;
    private final Trace trace = new Trace();
    private final Stage stage = new Stage();
    private final Time time = new Time();
    private final SimulationBook book = new SimulationBook(trace);
    private final DatabaseFaults faults;
    private final FaultyDataSource connections;
    private final TrackedDataSource dataSource;
    private final HostSide hostSide;
    private final SimulatedQueue queue;
    private final Requests requests;
    private final Host host;
    private final SimulatedChanges changes;
    private final Archivists archivists;
    private final List<Node> nodes = new ArrayList<>();
    private long committed;

    Simulation(SimulatedDatabase database, long seed, Mutant mutant) throws SQLException {
        this.database = database;
        this.mutant = mutant;
        this.random = new SplittableRandom(seed);
        this.profile = FaultProfile.draw(random);
        this.faults = new DatabaseFaults(stage, random, profile, trace, this::interlude);
        this.connections = database.faulty(faults::reached, mutant::database);
        this.dataSource = new TrackedDataSource(connections, stage);
        this.hostSide = HostSide.of(dataSource, database.tables());
        this.queue = new SimulatedQueue(stage, time, random, profile, mutant::queue);
        this.requests = new Requests(random);
        this.host = new Host(this, requests);
        this.changes = new SimulatedChanges(this, requests);
        this.archivists = new Archivists(this, requests, changes, request -> submit(nodes.get(0), request));
        database.empty();
    }

    FaultProfile profile() {
        return profile;
    }

    Trace trace() {
        return trace;
    }

    Stage stage() {
        return stage;
    }

    Time time() {
        return time;
    }

    SimulationBook book() {
        return book;
    }

    SimulatedDatabase database() {
        return database;
    }

    SimulatedQueue queue() {
        return queue;
    }

    Archivists archivists() {
        return archivists;
    }

    DataSource dataSource() {
        return dataSource;
    }

    HostSide hostSide() {
        return hostSide;
    }

    RandomGenerator random() {
        return random;
    }

    Mutant mutant() {
        return mutant;
    }

    int openConnections() {
        return connections.openConnections();
    }

    /** Grows with everything that brings a run forward. */
    long progress() {
        return committed + queue.received();
    }

    /** Whether nobody is in the middle of a step. */
    boolean isQuiet() {
        return stage.actor().isEmpty();
    }

    AcceptedOrders acceptedOrders() {
        return new AcceptedOrders(profile.remembered(), time::nanos);
    }

    ManualRunner runner(VerifiedSessions sessions, AtomicBoolean unpublished, Consumer<Collection<UUID>> decided) {
        return new ManualRunner(
                profile.runner(),
                queue,
                database.tables(),
                sessions,
                new TracedEvents(trace, book, decided, () -> committed++),
                unpublished,
                time::nanos,
                random,
                faults::reached);
    }

    /** What is left of somebody who died: the database ends his connections; the queue may notice or not. */
    void bury(Actor dead) {
        for (Connection connection : dead.connections) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new AssertionError("the connection of " + dead, e);
            }
        }
        dead.connections.clear();
        if (random.nextBoolean()) {
            dead.consumers.forEach(consumer -> consumer.close());
        }
        dead.consumers.clear();
    }

    /** Runs to the end and checks. */
    void run() throws SQLException, InterruptedException {
        host.openShop();
        for (int i = 0; i < profile.nodes(); i++) {
            nodes.add(new Node(this, i));
        }
        for (int i = 0; i < profile.events(); i++) {
            event();
            book.collect();
        }
        trace.add("everything is set right");
        new Settlement(this, nodes).run();
        for (int i = 0; i < LATE_CHANGES; i++) {
            changes.act();
        }
        archivists.late();
        new Settlement(this, nodes).run();
        for (Node node : nodes) {
            node.close();
        }
        new SimulationChecker(this).check();
    }

    private void event() throws SQLException, InterruptedException {
        if (archivists.act()) {
            return;
        }
        int kind = random.nextInt(100);
        Node node = nodes.get(random.nextInt(nodes.size()));
        if (kind < 22) {
            submit(node);
        } else if (kind < 36) {
            node.stepJournal();
        } else if (kind < 46) {
            node.stepPublisher();
        } else if (kind < 50) {
            node.stepWatchdog();
        } else if (kind < 68) {
            node.stepWorker();
        } else if (kind < 73) {
            changes.act();
        } else if (kind < 79) {
            node.stepRecovery();
        } else if (kind < 82) {
            node.stepExpiry();
        } else if (kind < 87) {
            advance(Duration.ofMillis(random.nextInt(8) == 0 ? 1_200 : 1 + random.nextInt(120)));
        } else if (kind < 90) {
            host.adjust();
        } else if (kind < 93) {
            host.transact();
        } else {
            rare(random.nextInt(12), node);
        }
    }

    private void rare(int kind, Node node) throws SQLException, InterruptedException {
        switch (kind) {
            case 0 -> advance(profile.runner().lease().plusSeconds(1));
            case 1 -> advance(Duration.ofSeconds(11));
            case 2 -> jump();
            case 3, 4 -> outage(Met.DATABASE_OUTAGE, !faults.isAway());
            case 5, 6 -> outage(Met.QUEUE_OUTAGE, !queue.isAway());
            case 7 -> node.die();
            case 8 -> node.restart();
            case 9 -> inject();
            case 10 -> assertSound();
            default -> badOrder(node);
        }
    }

    /** Somebody else runs in the middle of a step. */
    private void interlude() {
        try {
            archivists.interlude();
            Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(5)) {
                case 0 -> node.stepRecovery();
                case 1 -> node.stepExpiry();
                default -> node.stepWorker();
            }
        } catch (SQLException e) {
            throw new AssertionError("who looks from outside has no faults", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("nobody interrupts a simulation", e);
        }
    }

    private void submit(Node node) {
        int count = random.nextInt(4) == 0 ? 1 + random.nextInt(12) : 1;
        for (int i = 0; i < count; i++) {
            OrderRequest request = requests.next();
            if (random.nextDouble() < profile.poison() && book.isNew(request.id())) {
                book.poison().add(request.id());
                faults.poison(request.id());
            }
            submit(node, request);
        }
    }

    private void submit(Node node, OrderRequest request) {
        trace.add("submit " + request + " to " + node);
        node.submit(request);
    }

    private void badOrder(Node node) {
        if (!profile.killer() || !book.killers().isEmpty()) {
            return;
        }
        OrderRequest request = requests.fresh();
        trace.add("submit killer " + request);
        book.killers().add(request.id());
        faults.killer(request.id());
        node.submit(request);
    }

    void advance(Duration by) throws SQLException {
        trace.add("time passes: " + by);
        time.advance(by);
        database.pass(by);
    }

    private void jump() throws SQLException {
        Duration by = Duration.ofMinutes(random.nextBoolean() ? 60 : -60);
        trace.met(Met.CLOCK_JUMP);
        if (random.nextBoolean()) {
            trace.add("the processes' clock jumps by " + by);
            time.clock().advance(by);
        } else {
            trace.add("the database's clock jumps by " + by);
            database.pass(by);
        }
    }

    private void outage(Met what, boolean begins) {
        trace.add(what + (begins ? " begins" : " ends"));
        if (begins) {
            trace.met(what);
        }
        if (what == Met.DATABASE_OUTAGE) {
            faults.away(begins);
        } else {
            queue.away(begins);
        }
    }

    private void inject() {
        byte[] message = random.nextInt(3) == 0 ? requests.foreign() : requests.noise();
        trace.add("inject a message of " + message.length + " bytes that no intake made");
        queue.inject(message);
        book.injected(Hashes.of(message));
    }

    /** A reader in one snapshot finds nothing wrong at any moment (I1 to I4). */
    private void assertSound() throws SQLException {
        AuditReport report = database.audit();
        if (!report.ok()) {
            throw new AssertionError("in the middle of the run: " + report.examples());
        }
    }

    /** The database fails as before, until all is calm again. */
    void stir() {
        faults.stir();
    }

    boolean isCalm() {
        return faults.isCalm();
    }

    /** All faults are over, and the host ends what it began. */
    void calm() throws InterruptedException {
        faults.calm();
        queue.calm();
        host.endAll();
    }

    /** What the run met. */
    Map<Met, Integer> met() {
        return trace.met();
    }

    @Override
    public String toString() {
        return profile + "\n    " + trace;
    }
}
