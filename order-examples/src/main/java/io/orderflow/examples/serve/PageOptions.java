package io.orderflow.examples.serve;

import io.orderflow.examples.common.Secrets;
import io.orderflow.page.PageConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say who may look at the shop over HTTP, and who may act on it. */
final class PageOptions {
    static final String LOOK_VARIABLE = "ORDER_LOOK_TOKEN";
    static final String ACT_VARIABLE = "ORDER_ACT_TOKEN";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program;

    @Option(
            names = "--page",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether to serve the live page at /. Default: it is served")
    private boolean page;

    @Option(
            names = "--look-token-file",
            paramLabel = "FILE",
            description = "A file whose first line is the token of those who may look: at the live page, dead letters,"
                    + " events, wallets and the orders of a buyer. It may be in the environment variable "
                    + LOOK_VARIABLE + " instead.")
    private Optional<Path> lookFile;

    @Option(
            names = "--act-token-file",
            paramLabel = "FILE",
            description = "The same for those who may also pause, resume, redrive, discard, cancel, confirm, release"
                    + " and refund; or " + ACT_VARIABLE + ". Without it the page only shows. With a token of either"
                    + " kind, all of this is for nobody without one.")
    private Optional<Path> actFile;

    /** Made by the command line. */
    PageOptions() {}

    /**
     * Who may look, and who may act.
     *
     * @param loopback whether only this machine can ask for it
     * @throws ParameterException if an option's value cannot be used, or others can ask and there is no token
     */
    Access access(boolean loopback) {
        return access(loopback, System.getenv());
    }

    /** The same with another environment, for tests. */
    Access access(boolean loopback, Map<String, String> environment) {
        PageConfig.Builder config = PageConfig.builder();
        try {
            token("--look-token-file", lookFile, LOOK_VARIABLE, environment).ifPresent(config::lookToken);
            token("--act-token-file", actFile, ACT_VARIABLE, environment).ifPresent(config::actToken);
            PageConfig built = config.build();
            if (!loopback && !built.hasTokens()) {
                throw wrong("--host must be on loopback where there is no token: give " + LOOK_VARIABLE
                        + ", --look-token-file, " + ACT_VARIABLE + " or --act-token-file");
            }
            return new Access(built, page);
        } catch (IllegalArgumentException e) {
            throw wrong("the tokens: " + e.getMessage());
        }
    }

    private Optional<String> token(
            String option, Optional<Path> file, String variable, Map<String, String> environment) {
        return file.map(path -> Secrets.firstLine(program, option, path))
                .or(() -> Optional.ofNullable(environment.get(variable)));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(program.commandLine(), message);
    }
}
