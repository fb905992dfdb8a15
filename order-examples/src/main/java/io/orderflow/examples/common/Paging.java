package io.orderflow.examples.common;

import io.orderflow.PageRequest;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a list that is shown page by page. A mixin. */
public final class Paging {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Mixin
    private LimitOption limit;

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
        return new PageRequest(limit.checked(program), after);
    }
}
