package io.orderflow.simulation;

import io.orderflow.Acceptance;
import io.orderflow.ArchiveConfig;
import io.orderflow.ArchiveSink;
import io.orderflow.ArchivedOrder;
import io.orderflow.internal.journal.Journal;
import io.orderflow.queue.Delivery;
import io.orderflow.queue.PublishResult;
import io.orderflow.queue.QueueConsumer;
import io.orderflow.queue.QueueException;
import io.orderflow.testkit.queue.ForwardingConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** Faults of which each breaks one promise; every one of them must be caught. */
enum Mutants {
    /** What is received is acked at once, before anything was decided. */
    ACK_BEFORE_COMMIT {
        @Override
        Mutant make() {
            return new QueueMutant() {
                @Override
                QueueConsumer consumer(QueueConsumer inner) {
                    return new ForwardingConsumer(inner) {
                        @Override
                        public List<Delivery> receive(int max, Duration wait)
                                throws QueueException, InterruptedException {
                            List<Delivery> deliveries = super.receive(max, wait);
                            super.ack(deliveries);
                            return deliveries;
                        }
                    };
                }
            };
        }
    },
    /** An ack takes one more message than it names. */
    ACK_OFF_BY_ONE {
        @Override
        Mutant make() {
            return new QueueMutant() {
                @Override
                QueueConsumer consumer(QueueConsumer inner) {
                    return new ForwardingConsumer(inner) {
                        private final List<Delivery> held = new ArrayList<>();

                        @Override
                        public List<Delivery> receive(int max, Duration wait)
                                throws QueueException, InterruptedException {
                            List<Delivery> deliveries = super.receive(max, wait);
                            held.addAll(deliveries);
                            return deliveries;
                        }

                        @Override
                        public void ack(List<Delivery> deliveries) throws QueueException {
                            held.removeAll(deliveries);
                            List<Delivery> more = new ArrayList<>(deliveries);
                            if (!held.isEmpty()) {
                                more.add(held.remove(0));
                            }
                            super.ack(more);
                        }
                    };
                }
            };
        }
    },
    /** A publish whose outcome is unknown is taken for a refusal. */
    UNKNOWN_IS_REFUSED {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.queueFaults() > 0;
        }

        @Override
        Mutant make() {
            return new QueueMutant() {
                @Override
                PublishResult published(PublishResult result) {
                    return result.outcome() == PublishResult.Outcome.UNKNOWN
                            ? PublishResult.refused(result.cause())
                            : result;
                }
            };
        }
    },
    /** A publish whose outcome is unknown is taken for done. */
    UNKNOWN_IS_DONE {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.queueFaults() > 0;
        }

        @Override
        Mutant make() {
            return new QueueMutant() {
                @Override
                PublishResult published(PublishResult result) {
                    return result.outcome() == PublishResult.Outcome.UNKNOWN ? PublishResult.done() : result;
                }
            };
        }
    },
    /** The journal says that it has written what it has not. */
    JOURNAL_FORGETS {
        @Override
        Mutant make() {
            return new Mutant() {
                @Override
                Journal journal(Journal journal) {
                    return new MutantJournals.Forgetful(journal);
                }
            };
        }
    },
    /** The journal takes a lost answer for a refusal. */
    JOURNAL_IS_SURE {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.databaseFaults() > 0 && profile.intake().acceptance() != Acceptance.QUEUE_ONLY;
        }

        @Override
        Mutant make() {
            return new Mutant() {
                @Override
                Journal journal(Journal journal) {
                    return new MutantJournals.Sure(journal);
                }
            };
        }
    },
    /** Every seventh commit is a rollback that nobody is told of. */
    COMMIT_FORGETS {
        @Override
        Mutant make() {
            int[] commits = {0};
            return new Mutant() {
                @Override
                DataSource database(DataSource database) {
                    return Rewriting.commits(database, () -> ++commits[0] % 7 == 0);
                }
            };
        }
    },
    /** Nobody looks whether an order was decided before. */
    NO_DEDUPLICATION {
        @Override
        Mutant make() {
            return rewriting(sql -> sql.replace("SELECT id, status, fingerprint", "SELECT id, 0, fingerprint")
                    .replace(" AND status IN (0,4)", ""));
        }
    },
    /** Nobody compares an order's content with its row's. */
    NO_FINGERPRINT {
        @Override
        Mutant make() {
            return rewriting(sql -> sql.startsWith("SELECT id, status, fingerprint, ") && !sql.contains(", request, ")
                    ? sql.replace(" FOR UPDATE", " AND 1 = 0 FOR UPDATE")
                    : sql.startsWith("INSERT INTO orderflow_orders (id, buyer, status, reason")
                            ? sql.replace("INSERT INTO", "REPLACE INTO")
                            : sql);
        }
    },
    /** Stock is taken only now and then. */
    STOCK_IS_FORGOTTEN {
        @Override
        Mutant make() {
            int[] updates = {0};
            return rewriting(sql -> sql.startsWith("UPDATE orderflow_stock") && ++updates[0] % 5 == 0
                    ? sql.replaceFirst("available = .* WHERE", "available = available WHERE")
                    : sql);
        }
    },
    /** Money is taken only now and then. */
    MONEY_IS_FORGOTTEN {
        @Override
        Mutant make() {
            int[] updates = {0};
            return rewriting(sql -> sql.startsWith("UPDATE orderflow_wallet") && ++updates[0] % 5 == 0
                    ? sql.replaceFirst("balance = .* WHERE", "balance = balance WHERE")
                    : sql);
        }
    },
    /** Nobody looks what a buyer has of a product with a limit. */
    LIMIT_IS_NOT_READ {
        @Override
        Mutant make() {
            return rewriting(sql -> sql.replace("SELECT product, buyer, pieces, ", "SELECT product, buyer, 0, "));
        }
    },
    /** What held pieces and is over gives back the money alone. */
    PIECES_STAY_AWAY {
        @Override
        Mutant make() {
            return rewriting(sql -> sql.contains(" SET available = available + ")
                    ? sql.replaceFirst("available = .* WHERE", "available = available WHERE")
                    : sql);
        }
    },
    /** A confirmation wins although the order expired before. */
    EXPIRED_IS_CONFIRMED {
        @Override
        Mutant make() {
            return rewriting(sql -> sql.startsWith("SELECT id, buyer, status, ")
                    ? sql.replace(" status, ", " CASE status WHEN 7 THEN 5 ELSE status END, ")
                    : sql.replace(" AND status = 5", " AND status IN (5, 7)"));
        }
    },
    /** Nobody asks whether a hold is over. */
    DEADLINE_IS_NOT_READ {
        @Override
        Mutant make() {
            return rewriting(sql -> sql.startsWith("SELECT order_id, ")
                    ? sql.replace(" WHERE deadline <= ", " WHERE deadline <> ")
                    : sql);
        }
    },
    /** Attempts are not counted. */
    ATTEMPTS_ARE_FORGOTTEN {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.killer();
        }

        @Override
        Mutant make() {
            return rewriting(sql -> sql.replace("attempts = attempts + 1", "attempts = attempts + 0"));
        }
    },
    /** Archived orders are written when the next ones are, and those before are deleted by then. */
    LINES_COME_LATE {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.archive().isPresent();
        }

        @Override
        Mutant make() {
            return new Mutant() {
                private final List<ArchivedOrder> late = new ArrayList<>();

                @Override
                ArchiveSink sink(ArchiveSink sink) {
                    return orders -> {
                        List<ArchivedOrder> due = List.copyOf(late);
                        late.clear();
                        late.addAll(orders);
                        if (!due.isEmpty()) {
                            sink.write(due);
                        }
                    };
                }
            };
        }
    },
    /** Of what archived orders took the opening balances miss the pieces of one product. */
    OPENING_MISSES_PIECES {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.archive().isPresent();
        }

        @Override
        Mutant make() {
            return rewriting(sql -> sql.startsWith("INSERT INTO orderflow_opening")
                    ? sql.replaceFirst("\\(2,(\\d+),0,0,-?\\d+\\)", "(2,$1,0,0,0)")
                    : sql);
        }
    },
    /** No key is kept of archived orders. */
    KEYS_ARE_NOT_KEPT {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.archive().isPresent();
        }

        @Override
        Mutant make() {
            return new Mutant() {
                @Override
                ArchiveConfig archive(ArchiveConfig config) {
                    return new ArchiveConfig(
                            config.olderThan(),
                            Duration.ZERO,
                            false,
                            config.ordersPerSecond(),
                            config.ordersPerPiece());
                }
            };
        }
    },
    /** Nobody asks what feeds have read before he archives. */
    FEEDS_ARE_PASSED_OVER {
        @Override
        boolean showsIn(FaultProfile profile) {
            return profile.archive().isPresent() && profile.fed();
        }

        @Override
        Mutant make() {
            return rewriting(sql -> sql.replace(" ORDER BY position LIMIT 1", " WHERE 1 = 0"));
        }
    },
    /** Nobody looks into the journal. */
    NO_RECOVERY {
        @Override
        Mutant make() {
            return new Mutant() {
                @Override
                boolean recovers() {
                    return false;
                }
            };
        }
    };

    /** A new one for one run. */
    abstract Mutant make();

    /** Whether it can show in such a run: else the run is not worth its time. */
    boolean showsIn(FaultProfile profile) {
        return true;
    }

    private static Mutant rewriting(UnaryOperator<String> rewrite) {
        return new Mutant() {
            @Override
            DataSource database(DataSource database) {
                return Rewriting.statements(database, rewrite);
            }
        };
    }
}
