package io.orderflow.examples.common;

import io.orderflow.PageRequest;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a list that is shown page by page. A mixin. */
public final class Paging {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many to list, 1 to " + PageRequest.LARGEST + ". Default: ${DEFAULT-VALUE}")
    private int limit;

    @Option(names = "--after", paramLabel = "NEXT", description = "The word that the page before ended with.")
    private Optional<String> after;

    /** Made by the command line. */
    public Paging() {}

    /**
     * The page that is meant.
     *
     * @throws ParameterException if there is none of that size
     */
    public PageRequest page() {
        if (limit < 1 || limit > PageRequest.LARGEST) {
            throw new ParameterException(
                    program.commandLine(), "--limit must be between 1 and " + PageRequest.LARGEST + ": " + limit);
        }
        return new PageRequest(limit, after);
    }
}
