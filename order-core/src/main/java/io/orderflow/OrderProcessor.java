package io.orderflow;

import static java.util.Objects.requireNonNull;

import io.orderflow.internal.admin.Audits;
import io.orderflow.internal.admin.JdbcOrderChanges;
import io.orderflow.internal.admin.KnownPause;
import io.orderflow.internal.admin.OrderReads;
import io.orderflow.internal.cluster.KnownReplication;
import io.orderflow.internal.codec.FrameKeys;
import io.orderflow.internal.codec.OrderEntry;
import io.orderflow.internal.doctor.Doctor;
import io.orderflow.internal.engine.Step;
import io.orderflow.internal.feed.JdbcOrderFeeds;
import io.orderflow.internal.feed.KnownFeeds;
import io.orderflow.internal.intake.Intake;
import io.orderflow.internal.intake.IntakeHealth;
import io.orderflow.internal.journal.DueHolds;
import io.orderflow.internal.journal.OldestPending;
import io.orderflow.internal.journal.OrderPlacement;
import io.orderflow.internal.journal.OrderWaiters;
import io.orderflow.internal.loop.Closing;
import io.orderflow.internal.loop.Loop;
import io.orderflow.internal.page.PageHandler;
import io.orderflow.internal.page.PageParts;
import io.orderflow.internal.replay.StoreReplays;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetries;
import io.orderflow.internal.telemetry.Telemetry;
import io.orderflow.internal.telemetry.TracedSubmissions;
import io.orderflow.internal.worker.Runners;
import io.orderflow.internal.worker.WorkerMonitor;
import io.orderflow.internal.worker.Workers;
import io.orderflow.page.LivePage;
import io.orderflow.page.PageConfig;
import io.orderflow.queue.OrderQueue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes orders and answers for them. The entry point of the library: build one per process with {@link #builder},
 * {@link #start} it, submit orders, run {@link #workers} here or in other processes on the same database and queue, and
 * {@link #close} it.
 *
 * <p>Thread-safe. Building does no I/O, and starting succeeds while the database or the queue is away.
 *
 * <p>Methods that read throw {@link StoreUnavailableException} when the database cannot be reached or does not answer;
 * submitting never does, its results say what happened.
 */
public final class OrderProcessor implements AutoCloseable {
    /** What the names of tables, indexes and constraints begin with unless the host says otherwise. */
    public static final String DEFAULT_TABLE_PREFIX = "orderflow_";

    private static final Logger log = LoggerFactory.getLogger(OrderProcessor.class);

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    private final ProcessorSettings settings;
    private final OrderQueue queue;
    private final Intake intake;
    private final OrderPlacement placement;
    private final OrderReads reads;
    private final OrderRecords records;
    private final OrderWaiters waiters;
    private final Inventory inventory;
    private final Wallets wallets;
    private final JdbcOrderChanges changes;
    private final DeadLetterOffice deadLetters;
    private final Deciding deciding;
    private final KnownPause knownPause;
    private final JdbcOrderFeeds feeds;
    private final KnownFeeds knownFeeds;
    private final OrderArchive archive;
    private final Audits audits;
    private final StoreReplays replays;
    private final Runners runners;
    private final KnownReplication replication;
    private final VerifiedSessions sessions;
    private final OldestPending pending;
    private final DueHolds dueHolds;
    private final Telemetries telemetries;
    private final Doctor doctor;
    private final PageParts pageParts;
    private final List<LivePage> pages = new CopyOnWriteArrayList<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread closer;

    private OrderProcessor(ProcessorAssembly parts) {
        this.settings = parts.settings;
        this.queue = parts.queue;
        this.intake = parts.intake;
        this.placement = parts.placement;
        this.reads = parts.reads;
        this.records = parts.records;
        this.waiters = parts.waiters;
        this.inventory = parts.inventory;
        this.wallets = parts.wallets;
        this.changes = parts.changes;
        this.deadLetters = parts.deadLetters;
        this.deciding = parts.deciding;
        this.knownPause = parts.knownPause;
        this.feeds = parts.feeds;
        this.knownFeeds = parts.knownFeeds;
        this.archive = parts.archive;
        this.audits = parts.audits;
        this.replays = parts.replays;
        this.runners = parts.runners;
        this.replication = parts.replication;
        this.sessions = parts.sessions;
        this.pending = parts.pending;
        this.dueHolds = parts.dueHolds;
        this.telemetries = parts.telemetries;
        this.doctor = parts.doctor;
        this.pageParts = parts.pageParts.apply(this::health);
    }

    /**
     * Starts building a processor on the host's connection pool. The pool stays the host's: it is never closed here,
     * and each connection goes back as it came. It needs as many connections as there are worker threads and four more
     * (journal, recovery, expiry, waiting), and one for each thread that reads or adjusts at the same time.
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(requireNonNull(dataSource, "dataSource"));
    }

    /**
     * Starts taking orders. Succeeds also while the database or the queue is away. Where it throws what the system or
     * the queue's {@code name()} throws, an {@link OutOfMemoryError} for want of threads for example, the processor is
     * closed.
     *
     * @return this
     * @throws IllegalStateException if it was started or closed before
     */
    public OrderProcessor start() {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            throw new IllegalStateException("an order processor can be started once; it is " + state.get());
        }
        try {
            log.info(
                    "order processor started: {}, queue {}; submit(request) stores orders in transactions of its own,"
                            + " also inside one of the host's, and place(connection, request) places them in the"
                            + " host's",
                    settings,
                    queue.name());
            intake.start();
            waiters.start();
        } catch (RuntimeException | Error e) {
            // who starts it in the head of a try statement has nothing that he could close
            Closing.after(e, this::close);
            throw e;
        }
        return this;
    }

    /**
     * Submits an order and waits for its acceptance, not for its verdict. The order is stored in a transaction of the
     * library's: inside a transaction of the host's it is accepted all the same, also when that one rolls back later;
     * see {@link #place(Connection, OrderRequest)} for an order that is part of it. Returns within the submit time-out.
     * An interrupt does not end the wait, since the answer would be lost; the interrupt flag stays set.
     *
     * @throws IllegalStateException if the processor is not started or is closed
     */
    public SubmitResult submit(OrderRequest request) {
        return TracedSubmissions.submit(telemetries, requireNonNull(request, "request"), running()::submit);
    }

    /**
     * Submits an order without waiting. The future always completes within the submit time-out and never exceptionally.
     * What depends on it should be quick or run elsewhere ({@code thenAcceptAsync}): it may run on a thread that
     * completes the futures of others. One that waits, also for another submission, does not stop them: after 50 ms
     * other threads go on, up to 256 at a time; when so many wait at once, the rest of the futures wait for one of
     * them. {@link #health} tells of those that take more than 5 s.
     *
     * @throws IllegalStateException if the processor is not started or is closed
     */
    public CompletableFuture<SubmitResult> submitAsync(OrderRequest request) {
        return TracedSubmissions.submitAsync(telemetries, requireNonNull(request, "request"), running()::submitAsync);
    }

    /**
     * Submits many orders and waits for all of them. They are accepted one by one: some may be and others not. Each has
     * the submit time-out from its turn, when all before it have found room; once one found none in that time, the rest
     * do not wait.
     *
     * @return one result for each request, in the same order
     * @throws IllegalStateException if the processor is not started or is closed
     */
    public List<SubmitResult> submitAll(List<OrderRequest> requests) {
        return TracedSubmissions.submitAll(telemetries, List.copyOf(requests), running()::submitAll);
    }

    /**
     * Places an order inside a transaction of the host's: the order exists when that transaction commits, and not when
     * it rolls back. Writes one row and changes nothing about the connection. A known order is found without locking
     * anything (in SERIALIZABLE and READ UNCOMMITTED, its own row), and it is shown as it is now: for that, a
     * transaction in REPEATABLE READ takes another connection of the pool for at most a second, when it sees the order
     * undecided, or when MariaDB's {@code innodb_snapshot_isolation} is on. Does not need {@link #start}; the workers
     * decide it within a second of the commit, or at once after {@link #afterCommit}. While another transaction inserts
     * the same order, it waits as long as the connection waits for a row lock.
     *
     * @param connection a connection that is not in autocommit, to the database of this processor, with its tables in
     *     place
     * @throws SQLException what the connection said; the host decides about its transaction
     * @throws IllegalArgumentException if the connection is in autocommit
     */
    public PlaceResult place(Connection connection, OrderRequest request) throws SQLException {
        requireNonNull(connection, "connection");
        return placement.place(connection, OrderEntry.of(requireNonNull(request, "request")));
    }

    /**
     * Tells the workers and the feeds of this process that a transaction with placed or changed orders was committed,
     * so that they look at once.
     */
    public void afterCommit() {
        runners.hint();
        feeds.hint();
    }

    /**
     * Reads an order as it is now.
     *
     * @return empty when there is no row with this id: never accepted, or accepted by the queue alone and not decided
     *     yet
     */
    public Optional<Order> find(UUID id) {
        return reads.find(requireNonNull(id, "id"));
    }

    /**
     * Waits until an order is no longer pending. A verdict of this process's workers ends the wait at once; for others
     * the database is asked every 10 to 100 ms, with one statement for all who wait. A verdict that this process's pool
     * does not show yet, as behind a replica, is waited for as well.
     *
     * @param bound longest wait; 0 or less looks once
     * @return the order as it is then: still pending when the time was over, empty when it has no row
     * @throws InterruptedException if the thread was interrupted
     * @throws StoreUnavailableException if the database is away at the beginning or at the end; it may be away in
     *     between
     * @throws IllegalStateException if there is something to wait for and the processor is not started, is closed, or
     *     is closed meanwhile
     */
    public Optional<Order> await(UUID id, Duration bound) throws InterruptedException {
        requireNonNull(bound, "bound");
        long start = System.nanoTime();
        Optional<Order> now = find(id);
        Duration left = bound;
        // a replica that lags behind, or H2 while it flushes, shows some readers a verdict and others not yet
        while (isPending(now) && left.compareTo(Duration.ZERO) > 0) {
            running();
            if (!waiters.await(id, left)) {
                throw new IllegalStateException("the order processor was closed while order " + id
                        + " was waited for; the order itself is where it was, and is decided where workers run");
            }
            now = find(id);
            left = bound.minusNanos(System.nanoTime() - start);
        }
        return now;
    }

    private static boolean isPending(Optional<Order> order) {
        return order.isEmpty() || order.get().status() == OrderStatus.PENDING;
    }

    /**
     * Lists a buyer's orders, newest first.
     *
     * @throws IllegalArgumentException if {@code page.after()} is not the {@code next} of a page of orders
     */
    public Page<Order> ordersOf(long buyer, PageRequest page) {
        return reads.ofBuyer(buyer, requireNonNull(page, "page"));
    }

    /** The products, their prices and their stock. */
    public Inventory inventory() {
        return inventory;
    }

    /** The buyers' wallets. */
    public Wallets wallets() {
        return wallets;
    }

    /** What can be done to orders after they were accepted: cancel them, and give back what they took. */
    public OrderChanges changes() {
        return changes;
    }

    /** What was set aside: messages that are no orders, contents that conflict, and parked orders. */
    public DeadLetterOffice deadLetters() {
        return deadLetters;
    }

    /** Pauses and resumes deciding for the whole shop. */
    public Deciding deciding() {
        return deciding;
    }

    /**
     * Everything that happens to orders, in the order of their decision numbers, each at least once, with a cursor in
     * the database under this name. A name that the database does not know begins with the first order. No I/O.
     *
     * @param name 1 to 64 characters: small letters, digits, and {@code . _ -} after the first
     * @throws IllegalArgumentException if the name is none
     */
    public OrderFeed feed(String name) {
        return feed(name, FeedStart.BEGINNING);
    }

    /**
     * The same, with another beginning for a name that the database does not know.
     *
     * @throws IllegalArgumentException if the name is none
     */
    public OrderFeed feed(String name, FeedStart start) {
        return feeds.feed(name, start);
    }

    /** The feeds that the database knows, and reads of what happened without a cursor. */
    public OrderFeeds feeds() {
        return feeds;
    }

    /** Reads for a shop's support and the person on duty: an order's life, the latest orders, what waits. */
    public OrderRecords records() {
        return records;
    }

    /** Takes old orders out of the tables. */
    public OrderArchive archive() {
        return archive;
    }

    /**
     * Recomputes every wallet and every product from the records in one snapshot, while orders go on. Takes one
     * connection.
     */
    public AuditReport audit() {
        return audit(difference -> {});
    }

    /**
     * Recomputes every wallet and every product from the records in one snapshot, while orders go on, and compares each
     * order's request, fingerprint, lines and state, the price of each line with that of its product then, what each
     * buyer has of a product with a limit with his orders and refunds, each batch's size and what it says of its
     * members, each adjustment's and change's id and numbers, and each dead letter's body and order. It does not throw
     * on wrong values, it names them. It cannot see what leaves no contradiction: times, urgency, the text and the
     * attempts of a dead letter, the kind of a restock that is called a correction, that a refund asked for all that
     * was left, a price that nobody was charged, a limit that another one followed, the fingerprint of a parked order,
     * that an order was parked or redriven once, a dead letter without an order that is gone, a group that carried
     * undecided orders and is gone or has a sound frame with other contents.
     *
     * @param differences told each difference in words as it is found, on a thread of the processor's while the caller
     *     waits
     */
    public AuditReport audit(Consumer<String> differences) {
        requireNonNull(differences, "differences");
        return audits.run(differences);
    }

    /**
     * Looks at database, pool, queue, options and virtual machine for what should be changed before production, with
     * {@link ExamineConfig#defaults}.
     */
    public List<Finding> examine() {
        return examine(ExamineConfig.defaults());
    }

    /**
     * Looks at database, pool, queue, options and virtual machine for what should be changed before production. Does
     * not need {@link #start}, and takes one connection at a time. It changes nothing: tables and queues that are
     * missing are not made. What is away, broken, too slow or hidden from the pool's user is a finding; nothing of that
     * is thrown. It says nothing of what it cannot see: the disks, the power, other processes' pools, how a fail-over
     * is done.
     *
     * @return the worst first; empty if nothing was found
     */
    public List<Finding> examine(ExamineConfig config) {
        return doctor.examine(requireNonNull(config, "config"));
    }

    /**
     * Replays every adjustment, verdict and change in the order of their decision numbers through a model of the shop
     * that is as simple as it can be, and compares each verdict, reason, total and line, and then every balance, stock,
     * price and limit. It reads one snapshot, while orders go on. The database sorts all records for it; here it keeps
     * the wallets and products in memory, and the orders that were changed. Where the audit says whether the records
     * agree, this says whether each verdict was the right one at its turn. Takes one connection.
     *
     * @throws IllegalStateException if orders were archived: what they took is needed for the verdicts after them
     */
    public ReplayReport replay() {
        return replays.run();
    }

    /**
     * Prepares workers with these settings; call {@link WorkerRunner#start}. They share this processor's queue and
     * database, and closing this processor closes them. They work without {@link #start} too: a process may decide and
     * not submit.
     *
     * @throws IllegalStateException if the processor is closed
     */
    public WorkerRunner workers(WorkerConfig config) {
        requireNonNull(config, "config");
        Workers workers = runners.add(config);
        if (state.get() == State.CLOSED) {
            // asked afterwards, or a close at this moment could leave them running
            workers.close();
            throw new IllegalStateException("the order processor is closed and cannot have workers");
        }
        return workers;
    }

    /**
     * Makes a live page for the host to mount in its HTTP server: what it shows, and who may act on it, is in
     * {@code docs/page.md}. No I/O, and nothing is read while nobody looks. While somebody does, it takes one
     * connection of the pool for its reads, and one for each call that searches or acts. Closing this processor closes
     * it.
     *
     * @throws IllegalStateException if the processor is closed
     */
    public LivePage page(PageConfig config) {
        LivePage page = new PageHandler(pageParts, requireNonNull(config, "config"), pages::remove);
        pages.add(page);
        if (state.get() == State.CLOSED) {
            // asked afterwards, or a close at this moment could leave it open
            page.close();
            throw new IllegalStateException("the order processor is closed and cannot have a page");
        }
        return page;
    }

    /** From now on this one hears what happens, as numbers. */
    void observe(Telemetry telemetry) {
        telemetries.add(telemetry);
    }

    /** How many events listeners were not told. */
    double droppedEvents() {
        return runners.monitor().droppedEvents();
    }

    /** What the queue stores; empty when it cannot be asked. Asks the queue's server. */
    OptionalLong queueDepth() {
        return queue.depth();
    }

    /**
     * How long the oldest order without a verdict has waited; zero when there is none. Asks the database, for 5 s at
     * most.
     */
    Duration oldestPending() throws SQLException {
        Session.Settings brief =
                new Session.Settings(true, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(5));
        try (Session session = sessions.open(brief)) {
            return pending.age(session);
        }
    }

    /** How far the feeds were read. Asks the database as well. */
    List<FeedState> feedStates() throws SQLException {
        return knownFeeds.read();
    }

    /**
     * For how long the hold is over that should have expired first; zero when there is none. Asks the database as well.
     */
    Duration oldestOverdue() throws SQLException {
        Session.Settings brief =
                new Session.Settings(true, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(5));
        try (Session session = sessions.open(brief)) {
            return dueHolds.oldest(session)
                    .filter(overdue -> !overdue.isNegative())
                    .orElse(Duration.ZERO);
        }
    }

    /**
     * How the intake and the workers of this process are; no I/O. A pause of deciding is told of within a second or two
     * of the first look, as DEGRADED, and so is each feed of the shop that is a minute behind, whoever reads it or
     * nobody; with more looks, within five seconds. After {@link #start} it is DOWN until a place that accepts orders
     * has answered once, which takes milliseconds when it is there; orders that come before wait for that answer.
     */
    public Health health() {
        IntakeHealth taking = intake.health();
        List<Health.Check> checks = new ArrayList<>();
        check(checks, "journal", taking.journal(), taking.accepting());
        check(checks, "queue", taking.queue(), taking.accepting());
        taking.troubles().forEach((name, what) -> degraded(checks, name, what));
        checks.addAll(feeds.troubles());
        waiters.trouble().ifPresent(what -> degraded(checks, OrderWaiters.THREAD, what));
        WorkerMonitor monitor = runners.monitor();
        checks.addAll(monitor.troubles());
        changes.troubles().forEach((name, what) -> degraded(checks, name, what));
        boolean running = state.get() == State.RUNNING;
        (running ? knownPause.refreshed() : knownPause.now())
                .ifPresent(pause -> degraded(checks, "deciding", pause.toString()));
        checks.addAll(running ? knownFeeds.refreshed() : knownFeeds.late());
        if (!running) {
            checks.add(new Health.Check("processor", Health.Status.DOWN, "not running: " + state.get()));
        }
        Health.Status worst =
                checks.stream().map(Health.Check::status).max(Enum::compareTo).orElse(Health.Status.UP);
        return new Health(
                worst,
                checks,
                monitor.lastPoll(),
                monitor.lastCommit(),
                taking.waiting(),
                taking.backlog(),
                taking.unpublished(),
                running ? replication.refreshed() : replication.known());
    }

    private static void degraded(List<Health.Check> checks, String name, String what) {
        checks.add(new Health.Check(name, Health.Status.DEGRADED, what));
    }

    private static void check(List<Health.Check> checks, String name, IntakeHealth.Place place, boolean accepting) {
        if (place.away()) {
            Health.Status status = accepting ? Health.Status.DEGRADED : Health.Status.DOWN;
            checks.add(new Health.Check(name, status, place.lastError() + "; asked again in the background"));
        }
    }

    /**
     * Refuses new orders, accepts those that are waiting as far as the time-out allows, does the changes that nobody
     * waits for and that stand in line, closes the workers it made and the queue if it made that. What is accepted and
     * not decided by then stays in the journal for the next start. The pool and a queue of the host's stay open.
     * Listeners are told what waits for them, for the close time-out at most.
     *
     * <p>Idempotent. A thread that closes it while another one does waits for that one's end. It does not wait when it
     * is interrupted, and its flag stays set. Nor does a listener wait, or something that depends on a future: these
     * would be waited for themselves.
     */
    @Override
    public void close() {
        State before = state.getAndSet(State.CLOSED);
        if (before == State.CLOSED) {
            awaitClosed();
            return;
        }
        closer = Thread.currentThread();
        Closing closing = new Closing();
        pages.forEach(page -> closing.then(page::close));
        if (before == State.RUNNING) {
            closing.then(() -> intake.close(settings.closeTimeout())).then(waiters::close);
        }
        closing.then(() -> changes.close(settings.closeTimeout()));
        closing.then(feeds::close).then(() -> runners.close(settings.closeTimeout()));
        if (settings.queue().isEmpty()) {
            closing.then(queue::close);
        }
        closing.then(closed::countDown).end();
    }

    private void awaitClosed() {
        // the one who closes waits for these: for the listeners, the futures, the workers
        if (Thread.currentThread() == closer || Loop.isLoopThread()) {
            return;
        }
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Intake running() {
        State now = state.get();
        if (now != State.RUNNING) {
            throw new IllegalStateException("the order processor must be started and not closed: " + now);
        }
        return intake;
    }

    /**
     * Collects the settings of a processor. Each setter refuses a wrong value at once. Not thread-safe; {@link #build}
     * copies.
     */
    public static final class Builder {
        private static final int SMALLEST_KEY = 32;
        private static final int LARGEST_KEY = 1_024;

        private final DataSource dataSource;
        private Optional<OrderQueue> queue = Optional.empty();
        private String tablePrefix = DEFAULT_TABLE_PREFIX;
        private boolean createTables;
        private Acceptance acceptance = Acceptance.ROW_JOURNAL;
        private boolean allowWeakQueue;
        private Duration submitTimeout = Duration.ofSeconds(5);
        private Duration journalTimeout = Duration.ofMillis(2500);
        private Duration publishTimeout = Duration.ofSeconds(1);
        private Duration closeTimeout = Duration.ofSeconds(10);
        private Duration adjustmentTimeout = Duration.ofSeconds(10);
        private Duration groupWait = Duration.ZERO;
        private int maxGroup = Limits.BATCH_ORDERS;
        private int bufferCapacity = 16_384;
        private List<OrderListener> listeners = List.of();
        private Clock clock = Clock.systemUTC();
        private Step.Watcher watcher = Step.Watcher.NONE;
        private FrameKeys frameKeys = FrameKeys.NONE;
        private boolean acceptJson;

        private Builder(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        /**
         * What carries orders to the workers. It stays the host's and is not closed here. Default: an in-memory queue
         * of this process, which makes the database alone carry everything that must not be lost.
         *
         * @throws IllegalArgumentException if it takes no message as large as the largest frame, 256 KiB
         */
        public Builder queue(OrderQueue queue) {
            int largest = requireNonNull(queue, "queue").largestMessage();
            if (largest < Limits.FRAME_BYTES) {
                throw new IllegalArgumentException("queue must take messages of " + Limits.FRAME_BYTES + " bytes: "
                        + queue.name() + " takes at most " + largest);
            }
            this.queue = Optional.of(queue);
            return this;
        }

        /** What every table name begins with; {@code [a-z][a-z0-9_]{0,30}}. Default {@value #DEFAULT_TABLE_PREFIX}. */
        public Builder tablePrefix(String prefix) {
            this.tablePrefix = new Tables(prefix).prefix();
            return this;
        }

        /**
         * Whether tables that are missing are made as {@link OrderSchema#createOrUpgrade} makes them, at the first
         * contact of the intake, a worker or an adjustment with the database, so that the host starts while it is away.
         * Several processes may do so at the same time. Reads before that contact throw
         * {@link StoreUnavailableException}. Tables of an older release are not upgraded by this, since that takes as
         * long as they are large; it waits for a call of {@link OrderSchema#createOrUpgrade}. Default false.
         */
        public Builder createTables(boolean create) {
            this.createTables = create;
            return this;
        }

        /** Which durable place makes an order accepted. Default {@link Acceptance#ROW_JOURNAL}. */
        public Builder acceptance(Acceptance acceptance) {
            this.acceptance = requireNonNull(acceptance, "acceptance");
            return this;
        }

        /**
         * Whether a queue that may lose what it stored, such as the one in memory, is good enough to accept an order
         * when the journal cannot. Then an accepted order may be lost with the queue. Default false.
         */
        public Builder allowWeakQueue(boolean allow) {
            this.allowWeakQueue = allow;
            return this;
        }

        /** Longest that a submission waits for its result. Default 5 s, smallest 50 ms, largest 60 s. */
        public Builder submitTimeout(Duration timeout) {
            Rules.setting("submitTimeout", timeout, Duration.ofMillis(50), Duration.ofSeconds(60));
            this.submitTimeout = timeout;
            return this;
        }

        /**
         * Longest that a group may take in the journal before the queue is asked instead and the journal counts as
         * away. Must be shorter than the submit time-out, and should be longer than the pool's connection time-out. The
         * journal waits 1 s for a locked row, so less than 1.5 s can take that for an outage. Default 2.5 s, smallest
         * 50 ms, largest 30 s.
         */
        public Builder journalTimeout(Duration timeout) {
            Rules.setting("journalTimeout", timeout, Duration.ofMillis(50), Duration.ofSeconds(30));
            this.journalTimeout = timeout;
            return this;
        }

        /** Longest that publishing a frame may take. Default 1 s, smallest 50 ms, largest 30 s. */
        public Builder publishTimeout(Duration timeout) {
            Rules.setting("publishTimeout", timeout, Duration.ofMillis(50), Duration.ofSeconds(30));
            this.publishTimeout = timeout;
            return this;
        }

        /**
         * Longest that {@link OrderProcessor#close} waits for submissions under way; each runner has its drain time-out
         * besides. Default 10 s, smallest 0, largest 10 min.
         */
        public Builder closeTimeout(Duration timeout) {
            Rules.setting("closeTimeout", timeout, Duration.ZERO, Duration.ofMinutes(10));
            this.closeTimeout = timeout;
            return this;
        }

        /**
         * Longest time of one call that changes stock, prices, wallets or a dead letter: its waits for a connection and
         * for locked rows, and its repetitions, together; of one on many dead letters, the longest time of each
         * transaction. Then it throws {@link StoreUnavailableException}, which says how much was done. Default 10 s,
         * smallest 1 s, largest 10 min.
         */
        public Builder adjustmentTimeout(Duration timeout) {
            Rules.setting("adjustmentTimeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
            this.adjustmentTimeout = timeout;
            return this;
        }

        /**
         * How long the journal waits for a group to grow. More saves CPU and commits under light load, and adds to
         * every answer. Default 0: what came while the previous group was written is the next group. Smallest 0,
         * largest 100 ms.
         */
        public Builder groupWait(Duration wait) {
            Rules.setting("groupWait", wait, Duration.ZERO, Duration.ofMillis(100));
            this.groupWait = wait;
            return this;
        }

        /**
         * Most orders that are journaled with one commit. Default and largest {@link Limits#BATCH_ORDERS}, smallest 1.
         */
        public Builder maxGroup(int orders) {
            Rules.setting("maxGroup", orders, 1, Limits.BATCH_ORDERS);
            this.maxGroup = orders;
            return this;
        }

        /**
         * Most submissions without a result. When it is full, {@link OrderProcessor#submit} waits for room until its
         * deadline and then says {@link SubmitResult.Overloaded}; as many again that came through
         * {@link OrderProcessor#submitAsync} wait in line, more are Overloaded at once. Default 16384, smallest 1,
         * largest 1000000.
         */
        public Builder bufferCapacity(int submissions) {
            Rules.setting("bufferCapacity", submissions, 1, 1_000_000);
            this.bufferCapacity = submissions;
            return this;
        }

        /** Adds a listener. Default: none. */
        public Builder listener(OrderListener listener) {
            List<OrderListener> more = new ArrayList<>(listeners);
            more.add(requireNonNull(listener, "listener"));
            this.listeners = List.copyOf(more);
            return this;
        }

        /**
         * The wall clock, used for the times in health and in answers that read no row. Must not wait; where it throws,
         * the system's is used. Default: the system's, UTC.
         */
        public Builder clock(Clock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /**
         * A secret that every process of the host has and nobody else: each message to the queue gets a tag made with
         * it (HMAC-SHA-256), and workers set aside, as {@link DeadLetterReason#UNAUTHENTICATED}, what comes without a
         * right one. So who can write to the queue and has no key cannot place orders. Default: none; then messages
         * have no tag, and the tags of other processes are not checked, so that a key can be given to the processes
         * that submit before those that decide.
         *
         * @param key 32 to 1024 random bytes; copied, never logged
         * @throws IllegalArgumentException if the key is shorter or longer
         */
        public Builder frameKey(byte[] key) {
            this.frameKeys = frameKeys.writing(checkedKey("frameKey", key));
            return this;
        }

        /**
         * A second key: workers take messages that were tagged with it too, none is tagged with it here. To change the
         * key without a pause, first give the new key to all processes as their second, then make it the first and the
         * old one the second, then leave the old one out. Default: none.
         *
         * @param key 32 to 1024 random bytes; copied, never logged
         * @throws IllegalArgumentException if the key is shorter or longer
         */
        public Builder secondFrameKey(byte[] key) {
            this.frameKeys = frameKeys.alsoReading(checkedKey("secondFrameKey", key));
            return this;
        }

        /**
         * Whether workers take orders that programs without this library put into the queue, a message of JSON for each
         * order; {@code docs/celery.md} has the format. Such an order is accepted when the queue has stored it, and its
         * row is made with its verdict. Its key or id tells it from others, so it counts once however often it comes.
         * What breaks a rule becomes a dead letter, {@link DeadLetterReason#UNDECODABLE}, whose detail names field,
         * value and rule. With a frame key, such a message needs a tag as every other. Give it to all processes that
         * decide before the first such message is sent. Default false: then each such message becomes a dead letter.
         */
        public Builder acceptJson(boolean accept) {
            this.acceptJson = accept;
            return this;
        }

        private static byte[] checkedKey(String name, byte[] key) {
            requireNonNull(key, name);
            if (key.length < SMALLEST_KEY || key.length > LARGEST_KEY) {
                throw new IllegalArgumentException(
                        name + " must have between " + SMALLEST_KEY + " and " + LARGEST_KEY + " bytes: " + key.length);
            }
            return key;
        }

        /** For tests: told when a worker reaches a step. */
        Builder watcher(Step.Watcher watcher) {
            this.watcher = requireNonNull(watcher, "watcher");
            return this;
        }

        /**
         * Builds the processor. No I/O.
         *
         * @throws IllegalStateException if the journal time-out or the group wait is not shorter than the submit
         *     time-out, or there is a second frame key and no first
         */
        public OrderProcessor build() {
            return new OrderProcessor(new ProcessorAssembly(settings().checked()));
        }

        private ProcessorSettings settings() {
            return new ProcessorSettings(
                    dataSource,
                    queue,
                    tablePrefix,
                    createTables,
                    acceptance,
                    allowWeakQueue,
                    submitTimeout,
                    journalTimeout,
                    publishTimeout,
                    closeTimeout,
                    adjustmentTimeout,
                    groupWait,
                    maxGroup,
                    bufferCapacity,
                    listeners,
                    clock,
                    watcher,
                    frameKeys,
                    acceptJson);
        }

        /** The effective settings; never a key, and nothing of the pool, which may hold secrets. */
        @Override
        public String toString() {
            return settings().toString();
        }
    }
}
