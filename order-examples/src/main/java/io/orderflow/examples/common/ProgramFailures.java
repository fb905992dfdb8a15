package io.orderflow.examples.common;

import io.orderflow.SchemaException;
import io.orderflow.StoreUnavailableException;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line for a person and an exit code; the stack trace is for {@code --verbose}. */
public final class ProgramFailures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private static final int UNKNOWN_DATABASE = 1049;
    /** The pool's own numbers differ each time and help nobody here; the driver's words follow as the reason. */
    private static final String POOL_NUMBERS = ", request timed out after \\d+ms \\(total=.*?\\)";

    private static final String RELEASE = "stop the processes of the older release ";

    static final String VERBOSE = "--verbose";

    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("error: " + wrong.getMessage());
        List<String> unmatched =
                wrong instanceof UnmatchedArgumentException unknown ? unknown.getUnmatched() : List.of();
        err.println(Suggestions.of(command, unmatched)
                .orElseGet(() -> "see: " + command.getCommandSpec().qualifiedName() + " --help"));
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (failure instanceof Interruption.Requested early) {
            err.println("error: " + early.getMessage());
            return early.exitCode();
        }
        err.println("error: " + describe(failure));
        if (verbose(parsed)) {
            failure.printStackTrace(err);
        }
        return ExitCode.SOFTWARE;
    }

    /** Whether the program that will run was asked for details. */
    public static boolean verbose(ParseResult parsed) {
        return parsed.hasMatchedOption(VERBOSE) || (parsed.hasSubcommand() && verbose(parsed.subcommand()));
    }

    /** One line that says what failed, with the driver's own words where a database is behind it. */
    public static String describe(Throwable failure) {
        return inTermsOfPrograms(words(failure));
    }

    /** The library tells its caller what to call; here a program does that. */
    private static String inTermsOfPrograms(String words) {
        return words.replace(
                        RELEASE + "and call OrderSchema.createOrUpgrade()", RELEASE + "and run the program upgrade")
                .replace("call OrderSchema.createOrUpgrade(), which waits", "run the program upgrade, which waits")
                .replace("call OrderSchema.createOrUpgrade()", "run the program serve, which makes them,")
                .replaceAll("(?:OrderSchema\\.)?createOrUpgrade\\(\\)", "the program upgrade");
    }

    private static String words(Throwable failure) {
        if (failure instanceof ProgramException || failure instanceof SchemaException) {
            return failure.getMessage();
        }
        if (failure instanceof StoreUnavailableException || failure instanceof SQLException) {
            return oneLine(failure.getMessage()) + reason(failure);
        }
        return "unexpected " + failure.getClass().getSimpleName() + ": " + oneLine(failure.getMessage())
                + reason(failure) + " (run again with " + VERBOSE + " for the stack trace)";
    }

    /** The words of the deepest cause, which names what went wrong; the others say where it was noticed. */
    static String deepest(Throwable failure) {
        Throwable root = root(failure);
        String words = oneLine(root.getMessage());
        return root instanceof UnknownHostException ? "no such host: " + words : words;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String reason(Throwable failure) {
        Throwable root = root(failure);
        String words = deepest(failure);
        String hint = root instanceof SQLException e && e.getErrorCode() == UNKNOWN_DATABASE
                ? "; create it, or add createDatabaseIfNotExist=true to the URL"
                : "";
        return (oneLine(failure.getMessage()).contains(words) ? "" : "; " + words) + hint;
    }

    static String oneLine(String message) {
        return message == null
                ? "no message"
                : message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll(POOL_NUMBERS, "");
    }
}
