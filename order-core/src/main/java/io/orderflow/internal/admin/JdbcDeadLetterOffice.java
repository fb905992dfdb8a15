package io.orderflow.internal.admin;

import static java.util.Objects.requireNonNull;

import io.orderflow.DeadLetter;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterReason;
import io.orderflow.DeadLetterResult;
import io.orderflow.DeadLetterResult.Refusal;
import io.orderflow.DeadLetterTally;
import io.orderflow.InvalidOrderException;
import io.orderflow.OpenedDeadLetter;
import io.orderflow.Page;
import io.orderflow.PageRequest;
import io.orderflow.StoreUnavailableException;
import io.orderflow.internal.sql.SqlText;
import io.orderflow.internal.sql.Tables;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dead letters in the database. Thread-safe. */
public final class JdbcDeadLetterOffice implements DeadLetterOffice {
    private static final Logger log = LoggerFactory.getLogger(JdbcDeadLetterOffice.class);

    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{64}");

    /** Under these, orders are parked. */
    private static final Set<DeadLetterReason> OF_PARKED =
            EnumSet.of(DeadLetterReason.POISON, DeadLetterReason.CRASHED_WORKER);

    private final LetterReads reads;
    private final Tables tables;
    private final Transactions transactions;
    private final Runnable redriven;

    /**
     * An office for the tables.
     *
     * @param orders finds the orders that dead letters are about
     * @param redriven told when there are orders that wait again
     */
    public JdbcDeadLetterOffice(
            Tables tables, Store store, OrderReads orders, Transactions transactions, Runnable redriven) {
        this.reads = new LetterReads(tables, store, orders);
        this.tables = tables;
        this.transactions = transactions;
        this.redriven = redriven;
    }

    /** What is done with dead letters. */
    private enum Act {
        REDRIVE("brought back"),
        DISCARD("discarded");

        private final String done;

        Act(String done) {
            this.done = done;
        }
    }

    @Override
    public Page<DeadLetter> page(DeadLetterFilter filter, PageRequest page) {
        return reads.page(requireNonNull(filter, "filter"), requireNonNull(page, "page"));
    }

    @Override
    public Optional<OpenedDeadLetter> find(String id) {
        return reads.find(checkedId(id));
    }

    @Override
    public DeadLetterResult redrive(String id, String by) {
        return one(Act.REDRIVE, checkedId(id), PersonText.checked("by", by));
    }

    @Override
    public DeadLetterResult discard(String id, String by) {
        return one(Act.DISCARD, checkedId(id), PersonText.checked("by", by));
    }

    private DeadLetterResult one(Act act, String id, String by) {
        DeadLetterResult result = change(act, List.of(id)).get(0);
        if (result instanceof DeadLetterResult.Done done) {
            log.info(
                    "dead letter {}{} was {}, asked for by {}",
                    id,
                    done.orderId().map(order -> " of order " + order).orElse(""),
                    act.done,
                    by);
        }
        return result;
    }

    private List<DeadLetterResult> change(Act act, List<String> ids) {
        List<DeadLetterResult> results = transactions.run("dead letters", ids, (session, piece) -> {
            LetterTransaction transaction = new LetterTransaction(tables, session, piece);
            return act == Act.REDRIVE ? transaction.redrive() : transaction.discard();
        });
        if (act == Act.REDRIVE && results.stream().anyMatch(DeadLetterResult.Done.class::isInstance)) {
            redriven.run();
        }
        return results;
    }

    @Override
    public DeadLetterTally redriveAll(DeadLetterFilter filter, String by, Consumer<DeadLetterTally> progress) {
        requireNonNull(filter, "filter");
        PersonText.checked("by", by);
        requireNonNull(progress, "progress");
        Set<DeadLetterReason> reasons = EnumSet.copyOf(OF_PARKED);
        if (!filter.reasons().isEmpty()) {
            reasons.retainAll(filter.reasons());
        }
        return reasons.isEmpty()
                ? DeadLetterTally.NONE
                : all(Act.REDRIVE, filter.withReasons(reasons.toArray(DeadLetterReason[]::new)), by, progress);
    }

    @Override
    public DeadLetterTally discardAll(DeadLetterFilter filter, String by, Consumer<DeadLetterTally> progress) {
        return all(Act.DISCARD, requireNonNull(filter, "filter"), by, progress);
    }

    /**
     * Walks by ascending id and not by age: what is parked again meanwhile has the id that it had, so each is met once.
     */
    private DeadLetterTally all(Act act, DeadLetterFilter filter, String by, Consumer<DeadLetterTally> progress) {
        PersonText.checked("by", by);
        requireNonNull(progress, "progress");
        DeadLetterTally tally = DeadLetterTally.NONE;
        try {
            List<String> page = reads.ids(filter, "", SqlText.PIECE);
            while (!page.isEmpty()) {
                tally = added(tally, change(act, page));
                progress.accept(tally);
                page = page.size() < SqlText.PIECE
                        ? List.of()
                        : reads.ids(filter, page.get(page.size() - 1), SqlText.PIECE);
            }
        } catch (StoreUnavailableException e) {
            throw new StoreUnavailableException(
                    tally.done() + " dead letters were " + act.done + " before; repeating is safe: " + e.getMessage(),
                    e);
        } finally {
            if (tally.done() > 0) {
                log.info("{} dead letters of {} were {}, asked for by {}", tally.done(), filter, act.done, by);
            }
        }
        return tally;
    }

    private static DeadLetterTally added(DeadLetterTally before, List<DeadLetterResult> results) {
        long done = before.done();
        long gone = before.gone();
        Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
        refused.putAll(before.refused());
        for (DeadLetterResult result : results) {
            if (result instanceof DeadLetterResult.Refused one) {
                refused.merge(one.refusal(), 1L, Long::sum);
            } else if (result instanceof DeadLetterResult.Done) {
                done++;
            } else {
                gone++;
            }
        }
        return new DeadLetterTally(done, gone, refused);
    }

    private static String checkedId(String id) {
        if (!ID.matcher(requireNonNull(id, "id")).matches()) {
            throw new InvalidOrderException("id", shown(id), "must have 64 hexadecimal digits");
        }
        return id.toLowerCase(Locale.ROOT);
    }

    private static String shown(String id) {
        return id.length() <= 80 ? id : id.length() + " characters";
    }
}
