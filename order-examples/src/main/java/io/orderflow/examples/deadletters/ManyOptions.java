package io.orderflow.examples.deadletters;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.orderflow.DeadLetterFilter;
import io.orderflow.DeadLetterOffice;
import io.orderflow.DeadLetterResult;
import io.orderflow.DeadLetterTally;
import io.orderflow.examples.common.JsonFlag;
import io.orderflow.examples.common.JsonOutput;
import io.orderflow.examples.common.LetterJson;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which dead letters an action changes, one by one or many, and how it tells of it. A mixin of such actions. */
public final class ManyOptions {
    private static final int LONGEST_NAME = 255;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Parameters(
            paramLabel = "ID",
            arity = "0..*",
            description = "Dead letters by their 64 hexadecimal digits; or else a filter or --all, with --yes.")
    private List<String> ids = new ArrayList<>();

    @Mixin
    private FilterOptions filterOptions;

    @Option(names = "--all", description = "All dead letters.")
    private boolean all;

    @Option(names = "--yes", description = "Do it with all that a filter or --all means; list shows them before.")
    private boolean yes;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who asks for it, for the log. Default: this machine's user.")
    private Optional<String> by;

    @Mixin
    private LetterShopOptions shop;

    @Mixin
    private JsonFlag json;

    /** Made by the command line. */
    public ManyOptions() {}

    /** What is done with one. */
    @FunctionalInterface
    interface One {
        DeadLetterResult with(DeadLetterOffice office, String id, String by);
    }

    /** What is done with many. */
    @FunctionalInterface
    interface Many {
        DeadLetterTally with(
                DeadLetterOffice office, DeadLetterFilter filter, String by, Consumer<DeadLetterTally> progress);
    }

    /**
     * Runs the action.
     *
     * @param done what it is to have been done, for a person
     * @return the exit code
     */
    int run(String done, One one, Many many) {
        check();
        String name = by.orElseGet(() -> System.getProperty("user.name", "somebody"));
        return ids.isEmpty() ? runMany(done, name, many) : runEach(done, name, one);
    }

    private void check() {
        ids.forEach(id -> LetterIds.check(program, id));
        boolean many = all || filterOptions.isGiven();
        if (!ids.isEmpty() && many) {
            throw wrong("a filter or --all must not be given with an ID");
        }
        if (ids.isEmpty() && !many) {
            throw wrong("name dead letters by their ID, or give a filter or --all, with --yes");
        }
        if (all && filterOptions.isGiven()) {
            throw wrong("--all must not be given with a filter");
        }
        if (many && !yes) {
            throw wrong("--yes is needed for all that a filter or --all means; list shows them");
        }
        if (!many && yes) {
            throw wrong("--yes has no effect with an ID");
        }
        by.filter(name -> name.isBlank() || name.length() > LONGEST_NAME).ifPresent(name -> {
            throw wrong("--by must have between 1 and " + LONGEST_NAME + " characters: " + name.length());
        });
    }

    private int runEach(String done, String name, One one) {
        List<DeadLetterResult> results = shop.change(
                office -> ids.stream().map(id -> one.with(office, id, name)).toList());
        PrintWriter out = program.commandLine().getOut();
        if (json.isGiven()) {
            json(LetterJson.results(results));
        } else {
            results.forEach(result -> out.println("  " + result.id() + " " + outcome(done, result)));
        }
        out.flush();
        return exitCode(results.stream().allMatch(DeadLetterResult.Done.class::isInstance));
    }

    private static String outcome(String done, DeadLetterResult result) {
        if (result instanceof DeadLetterResult.Refused refused) {
            return "refused: " + refused.detail();
        }
        return result instanceof DeadLetterResult.Done one
                ? done + one.orderId().map(order -> ", order " + order).orElse("")
                : "is not there; it may have been seen to before";
    }

    private int runMany(String done, String name, Many many) {
        DeadLetterFilter filter = filterOptions.filter();
        PrintWriter progress = program.commandLine().getErr();
        DeadLetterTally tally = shop.change(office ->
                many.with(office, filter, name, sums -> progress.println("  " + sums.done() + " " + done + " so far")));
        progress.flush();
        PrintWriter out = program.commandLine().getOut();
        if (json.isGiven()) {
            json(LetterJson.tally(tally));
        } else {
            out.println("  " + tally.done() + " " + done);
            tally.refused().forEach((refusal, count) -> out.println("  " + count + " refused: " + refusal));
        }
        out.flush();
        return exitCode(tally.allRefused() == 0);
    }

    private void json(ObjectNode result) {
        program.commandLine().getOut().println(JsonOutput.of(result));
    }

    private static int exitCode(boolean all) {
        return all ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
