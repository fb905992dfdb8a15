package io.orderflow.internal.doctor;

import io.orderflow.ExamineConfig;
import io.orderflow.Finding;
import io.orderflow.internal.admin.Apart;
import io.orderflow.internal.sql.Dialect;
import io.orderflow.internal.sql.HostConnections;
import io.orderflow.internal.sql.Session;
import io.orderflow.internal.sql.Tables;
import io.orderflow.queue.OrderQueue;
import io.orderflow.queue.QueueFinding;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/** Examines what one processor works with. Thread-safe; each examination is its own. */
public final class Doctor {
    private static final String NO_RIGHT_NEEDED = "SELECT on the tables";
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final int LOOKS_OF_QUEUE = 4;
    private static final String PROCESS = "PROCESS ON *.*";

    private final DataSource dataSource;
    private final List<DataSource> pools;
    private final Tables tables;
    private final OrderQueue queue;
    private final Apart apart;
    private final Circumstances circumstances;

    /**
     * Asks nothing yet.
     *
     * @param dataSource leads to the server that is written to
     * @param pools the pools behind it, itself if it is one
     */
    public Doctor(
            DataSource dataSource,
            List<DataSource> pools,
            Tables tables,
            OrderQueue queue,
            Apart apart,
            Circumstances circumstances) {
        this.dataSource = dataSource;
        this.pools = List.copyOf(pools);
        this.tables = tables;
        this.queue = queue;
        this.apart = apart;
        this.circumstances = circumstances;
    }

    /** Looks at everything. Throws for nothing that is away, broken or not allowed: all of these are findings. */
    public List<Finding> examine(ExamineConfig config) {
        return new Examination(config).run();
    }

    /** One examination. Used by one thread. */
    private final class Examination {
        private final ExamineConfig config;
        private final FindingList findings = new FindingList();
        private final Looks looks;

        Examination(ExamineConfig config) {
            this.config = config;
            this.looks = new Looks(apart, config.lookTimeout(), findings);
        }

        List<Finding> run() {
            pools.forEach(pool -> new PoolLook(PoolFacts.of(pool), findings).atPool(config.workers()));
            Optional<PoolContact> contact = looks.run(
                    own -> PoolContact.with(dataSource, config.lookTimeout().plus(LATER)), this::away);
            contact.ifPresent(this::database);
            queue();
            MachineLook.atOptions(circumstances, config.workers(), findings);
            MachineLook.atVirtualMachine(Runtime.getRuntime().maxMemory(), findings);
            return findings.sorted();
        }

        private void away(Throwable failure) {
            String why = failure instanceof TimeoutException
                    ? "it gave no connection within " + config.lookTimeout()
                    : Looks.reason(failure);
            findings.add(ServerFinding.DATABASE_AWAY, why);
        }

        private void database(PoolContact contact) {
            pools.forEach(pool -> ConnectionLook.at(contact, PoolFacts.of(pool).driverProperties(), findings));
            Map<String, String> settings = contact.isH2() ? Map.of() : settings();
            boolean readable = look(
                            "what the library refuses",
                            NO_RIGHT_NEEDED,
                            (session, own) -> new RefusalLook(tables).at(session, own))
                    .orElse(false);
            look("the database's clock", NO_RIGHT_NEEDED, (session, own) -> {
                new ClockLook(circumstances.clock()).at(session, own);
                return true;
            });
            if (contact.dialect() != Dialect.H2) {
                look("the replicas", "REPLICATION SLAVE ON *.*", (session, own) -> {
                    ReplicationLook.at(session, circumstances.clock(), own);
                    return true;
                });
                storage(settings);
            }
            if (readable) {
                work();
            }
        }

        private Map<String, String> settings() {
            Optional<Map<String, String>> asked = look("the server's settings", NO_RIGHT_NEEDED, (session, own) -> {
                Map<String, String> settings = ServerLook.settings(session.connection());
                new ServerLook(settings, own).judge();
                pools.forEach(pool ->
                        new PoolLook(PoolFacts.of(pool), own).atServer(settings, circumstances.journalTimeout()));
                return settings;
            });
            return asked.orElse(Map.of());
        }

        private void storage(Map<String, String> settings) {
            StorageLook storage = new StorageLook(tables, config.oldAfter());
            look("the size of the tables", NO_RIGHT_NEEDED, (session, own) -> {
                storage.atSize(session, settings, own);
                return true;
            });
            look("the server's open transactions", PROCESS, (session, own) -> {
                storage.atSnapshots(session, own);
                return true;
            });
        }

        private void work() {
            WorkLook work = new WorkLook(tables, config.oldAfter());
            look("what waits in the tables", NO_RIGHT_NEEDED, (session, own) -> {
                work.at(session, own);
                return true;
            });
            looks.run("the feeds", NO_RIGHT_NEEDED, own -> {
                work.atFeeds(circumstances.feeds().get(), circumstances.clock().instant(), own);
                return true;
            });
        }

        private <T> Optional<T> look(String what, String right, SessionLook<T> look) {
            // the thread that gave up is not waited for, and ends a little later
            Session.Settings settings = new Session.Settings(
                    true,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    config.lookTimeout().plus(LATER));
            return looks.run(what, right, own -> {
                try (Session session = Session.on(HostConnections.take(dataSource), settings)) {
                    return look.with(session, own);
                }
            });
        }

        private void queue() {
            // it asks several things, and each node of a cluster
            Looks several = new Looks(apart, config.lookTimeout().multipliedBy(LOOKS_OF_QUEUE), findings);
            Optional<List<QueueFinding>> found = several.run(
                    own -> queue.examine(config.lookTimeout()),
                    failure -> findings.add(ofQueue(
                            QueueFinding.unusable(queue.name() + " could not be asked: " + Looks.reason(failure)))));
            found.orElse(List.of()).forEach(finding -> findings.add(ofQueue(finding)));
        }
    }

    /** A look with a session. */
    @FunctionalInterface
    private interface SessionLook<T> {
        T with(Session session, FindingList own) throws SQLException;
    }

    private static Finding ofQueue(QueueFinding finding) {
        return new Finding(
                finding.id(),
                finding.severity(),
                Finding.Area.QUEUE,
                finding.found(),
                finding.stake(),
                finding.setting());
    }
}
