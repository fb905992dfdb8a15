package io.orderflow.examples.deadletters;

import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterReason;
import io.orderflow.examples.common.Ages;
import io.orderflow.examples.common.RefusedOption;
import io.orderflow.examples.common.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which dead letters are meant. A mixin of every action on many. */
public final class FilterOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "Only those with this reason: ${COMPLETION-CANDIDATES}. May be given several times.")
    private List<DeadLetterReason> reasons = new ArrayList<>();

    @Option(names = "--order", paramLabel = "ID", description = "Only those that are about this order.")
    private Optional<UUID> order;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only those from this time on, in UTC: 2026-01-31T12:00:00Z.")
    private Optional<String> from;

    @Option(names = "--before", paramLabel = "TIME", description = "Only those from before this time.")
    private Optional<String> before;

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            description = "Only those that are older, by the clock of this machine: 90s, 30m, 2h or 7d.")
    private Optional<String> olderThan;

    /** Made by the command line. */
    public FilterOptions() {}

    /** Whether one of them is given. */
    boolean isGiven() {
        return !reasons.isEmpty()
                || order.isPresent()
                || from.isPresent()
                || before.isPresent()
                || olderThan.isPresent();
    }

    /**
     * What they mean.
     *
     * @throws ParameterException if one cannot be used
     */
    DeadLetterFilter filter() {
        if (before.isPresent() && olderThan.isPresent()) {
            throw wrong("--older-than must not be given with --before");
        }
        return RefusedOption.named(program, () -> {
            DeadLetterFilter filter = DeadLetterFilter.ALL.withReasons(reasons.toArray(DeadLetterReason[]::new));
            filter = order.map(filter::withOrder).orElse(filter);
            filter = from.map(text -> Times.of(program, "--from", text))
                    .map(filter::withFrom)
                    .orElse(filter);
            filter = olderThan
                    .map(text -> Instant.now().minus(Ages.of(program, "--older-than", text)))
                    .map(filter::withBefore)
                    .orElse(filter);
            return before.map(text -> Times.of(program, "--before", text))
                    .map(filter::withBefore)
                    .orElse(filter);
        });
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
