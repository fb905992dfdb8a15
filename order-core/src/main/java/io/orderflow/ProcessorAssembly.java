package io.orderflow;

import io.orderflow.internal.admin.Adjustments;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.admin.Audits;
import io.orderflow.internal.admin.JdbcDeadLetterOffice;
import io.orderflow.internal.admin.JdbcDeciding;
import io.orderflow.internal.admin.JdbcInventory;
import io.orderflow.internal.admin.JdbcOrderChanges;
import io.orderflow.internal.admin.JdbcOrderRecords;
import io.orderflow.internal.admin.JdbcWallets;
import io.orderflow.internal.admin.KnownPause;
import io.orderflow.internal.admin.OrderReads;
import io.orderflow.internal.admin.Store;
import io.orderflow.internal.admin.Transactions;
import io.orderflow.internal.archive.JdbcOrderArchive;
import io.orderflow.internal.cluster.KnownReplication;
import io.orderflow.internal.codec.Frames;
import io.orderflow.internal.codec.OrderIds;
import io.orderflow.internal.doctor.Circumstances;
import io.orderflow.internal.doctor.Doctor;
import io.orderflow.internal.feed.JdbcOrderFeeds;
import io.orderflow.internal.feed.KnownFeeds;
import io.orderflow.internal.intake.Intake;
import io.orderflow.internal.intake.IntakeListener;
import io.orderflow.internal.journal.AcceptedOrders;
import io.orderflow.internal.journal.CarriedOrders;
import io.orderflow.internal.journal.DueHolds;
import io.orderflow.internal.journal.GroupJournal;
import io.orderflow.internal.journal.Journal;
import io.orderflow.internal.journal.OldestPending;
import io.orderflow.internal.journal.OrderPlacement;
import io.orderflow.internal.journal.OrderReader;
import io.orderflow.internal.journal.OrderWaiters;
import io.orderflow.internal.journal.RowJournal;
import io.orderflow.internal.loop.Outages;
import io.orderflow.internal.page.HoldsAhead;
import io.orderflow.internal.page.PageParts;
import io.orderflow.internal.replay.StoreReplays;
import io.orderflow.internal.schema.VerifiedSessions;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.SessionHolder;
import io.orderflow.internal.sql.Tables;
import io.orderflow.internal.telemetry.Telemetries;
import io.orderflow.internal.worker.Runners;
import io.orderflow.internal.worker.WorkerMonitor;
import io.orderflow.queue.InMemoryQueue;
import io.orderflow.queue.OrderQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Makes the parts of one processor from its settings, each with what it needs. No I/O. */
final class ProcessorAssembly {
    /** A live page has one thread for all its reads, and a database that is frozen must not hold it. */
    private static final Duration PAGE_PATIENCE = Duration.ofSeconds(3);

    final ProcessorSettings settings;
    final OrderQueue queue;
    final Telemetries telemetries = new Telemetries();
    final OrderReads reads;
    final OrderRecords records;
    final OrderWaiters waiters;
    final OrderPlacement placement;
    final Inventory inventory;
    final Wallets wallets;
    final JdbcOrderChanges changes;
    final DeadLetterOffice deadLetters;
    final Deciding deciding;
    final KnownPause knownPause;
    final JdbcOrderFeeds feeds;
    final KnownFeeds knownFeeds;
    final OrderArchive archive;
    final Audits audits;
    final StoreReplays replays;
    final KnownReplication replication;
    final VerifiedSessions sessions;
    final OldestPending pending;
    final DueHolds dueHolds;
    final Runners runners;
    final Intake intake;
    final Doctor doctor;
    final Function<Supplier<Health>, PageParts> pageParts;

    private final Tables tables;
    private final Clock clock;
    private final Outages outages = new Outages(System::nanoTime);
    private final OrderReader reader;
    private final Apart apart = new Apart();
    private final AcceptedOrders accepted = new AcceptedOrders(AcceptedOrders.MOST, System::nanoTime);
    private final CarriedOrders carried;
    private final Transactions transactions;

    ProcessorAssembly(ProcessorSettings settings) {
        this.settings = settings;
        this.queue = settings.queue().orElseGet(() -> InMemoryQueue.builder().build());
        this.tables = new Tables(settings.tablePrefix());
        this.clock = new HostClock(settings.clock());
        this.replication = new KnownReplication(settings.dataSource(), clock, System::nanoTime);
        this.sessions =
                new VerifiedSessions(settings.dataSource(), tables, settings.createTables(), replication::learn);
        Frames frames = new Frames(settings.frameKeys(), sessions::shop, settings.acceptJson());
        this.reader = new OrderReader(tables);
        Store store = new Store(settings.dataSource());
        this.carried = new CarriedOrders(tables, accepted);
        this.reads = new OrderReads(store, reader, carried);
        this.records = new JdbcOrderRecords(tables, store, reads, reader);
        this.waiters = new OrderWaiters(settings.dataSource(), reader, outages);
        // past the host's transaction and its snapshot, on another connection; the host holds one meanwhile, so not for
        // long
        this.placement = new OrderPlacement(tables, accepted, id -> apart.callBriefly(() -> reads.stored(id)));
        this.transactions = new Transactions(sessions, apart, settings.adjustmentTimeout());
        Adjustments adjustments = new Adjustments(tables, transactions);
        this.inventory = new JdbcInventory(tables, store, adjustments);
        this.wallets = new JdbcWallets(tables, store, adjustments);
        this.deadLetters = new JdbcDeadLetterOffice(tables, store, reads, transactions, this::hintAll);
        this.knownPause = new KnownPause(settings.dataSource(), tables, System::nanoTime);
        this.deciding = new JdbcDeciding(tables, store, transactions, knownPause, this::hintAll);
        this.audits = new Audits(store, apart, tables);
        this.replays = new StoreReplays(store, apart, tables);
        this.pending = new OldestPending(tables);
        this.feeds = new JdbcOrderFeeds(tables, store, transactions, sessions, reader, outages);
        this.knownFeeds = new KnownFeeds(settings.dataSource(), tables, System::nanoTime);
        this.archive = new JdbcOrderArchive(tables, store, transactions, reader);
        this.dueHolds = new DueHolds(tables);
        Consumer<Collection<UUID>> decided = ids -> {
            accepted.decided(ids);
            waiters.decided(ids);
        };
        this.changes = new JdbcOrderChanges(tables, transactions, carried, decided, feeds::hint, telemetries);
        this.runners = runners(frames, decided);
        this.intake = intake(frames);
        this.doctor = doctor();
        this.pageParts = pageParts();
    }

    private Runners runners(Frames frames, Consumer<Collection<UUID>> decided) {
        WorkerMonitor monitor =
                new WorkerMonitor(settings.listeners(), decided, feeds::hint, clock, telemetries, outages);
        return new Runners(
                queue,
                tables,
                sessions,
                monitor,
                settings.watcher(),
                frames,
                this::isIntakeQuiet,
                replication::refreshed);
    }

    private Intake intake(Frames frames) {
        return new Intake(settings.intake(frames), journal(), queue, System::nanoTime, clock, new Events(), outages);
    }

    private Journal journal() {
        Session.Settings session = new Session.Settings(
                false,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                settings.journalTimeout().plusSeconds(1),
                true);
        SessionHolder.Source source = () -> sessions.open(session);
        return settings.acceptance() == Acceptance.GROUP_JOURNAL
                ? new GroupJournal(tables, source, telemetries, accepted, OrderIds::isMadeHere, clock)
                : new RowJournal(tables, source, telemetries);
    }

    private Doctor doctor() {
        DataSource dataSource = settings.dataSource();
        List<DataSource> pools =
                dataSource instanceof WritableDataSource several ? several.pools() : List.of(dataSource);
        Circumstances circumstances = new Circumstances(
                settings.allowWeakQueue(),
                !(queue instanceof InMemoryQueue) && settings.believesJson(),
                settings.journalTimeout(),
                settings.clock(),
                feeds::list);
        return new Doctor(dataSource, pools, tables, queue, apart, circumstances);
    }

    private Function<Supplier<Health>, PageParts> pageParts() {
        Store brief = new Store(settings.dataSource(), PAGE_PATIENCE);
        OrderReads briefReads = new OrderReads(brief, reader, carried);
        return health -> new PageParts(
                briefReads,
                new JdbcOrderRecords(tables, brief, briefReads, reader),
                new HoldsAhead(tables, brief),
                new JdbcDeadLetterOffice(tables, brief, briefReads, transactions, this::hintAll),
                new JdbcDeciding(tables, brief, transactions, knownPause, this::hintAll),
                new JdbcOrderFeeds(tables, brief, transactions, sessions, reader, outages)::list,
                runners::states,
                health,
                queue,
                telemetries);
    }

    private void hintAll() {
        runners.hint();
        feeds.hint();
    }

    private boolean isIntakeQuiet() {
        return intake.isQuiet();
    }

    /** What the intake tells: that recovery has work, and numbers. */
    private final class Events implements IntakeListener {
        @Override
        public void unpublished(int orders) {
            runners.unpublished();
        }

        @Override
        public void urgent() {
            runners.urgent();
        }

        @Override
        public void answered(SubmitResult result, long nanos) {
            telemetries.answered(result, nanos);
        }

        @Override
        public void grouped(int orders) {
            telemetries.grouped(orders);
        }
    }
}
