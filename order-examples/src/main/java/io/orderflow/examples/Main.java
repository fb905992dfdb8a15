package io.orderflow.examples;

import io.orderflow.examples.archive.ArchiveProgram;
import io.orderflow.examples.audit.AuditProgram;
import io.orderflow.examples.bench.BaselineCommand;
import io.orderflow.examples.bench.BenchCommand;
import io.orderflow.examples.common.Logging;
import io.orderflow.examples.common.ProgramFailures;
import io.orderflow.examples.common.StandardOptions;
import io.orderflow.examples.deadletters.DeadLettersProgram;
import io.orderflow.examples.deciding.PauseProgram;
import io.orderflow.examples.deciding.ResumeProgram;
import io.orderflow.examples.doctor.DoctorProgram;
import io.orderflow.examples.export.ExportProgram;
import io.orderflow.examples.health.HealthProgram;
import io.orderflow.examples.loadtest.LoadTestCommand;
import io.orderflow.examples.orders.OrdersProgram;
import io.orderflow.examples.pending.PendingProgram;
import io.orderflow.examples.quickstart.Quickstart;
import io.orderflow.examples.relay.RelayProgram;
import io.orderflow.examples.replay.ReplayProgram;
import io.orderflow.examples.serve.Serve;
import io.orderflow.examples.serve.WorkerCommand;
import io.orderflow.examples.top.TopProgram;
import io.orderflow.examples.upgrade.UpgradeCommand;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The one entry point of the example programs: {@code java -jar order-examples.jar PROGRAM}. */
@Command(
        name = Main.ALL,
        description = "Example programs of Orderflow, an order-processing library to embed.",
        footer = {
            "",
            "Exit codes: 0 what was asked held; 1 it did not, or something failed; 2 the command line is wrong; "
                    + "3 doctor found warnings alone; 130 and 143 ended by"
                    + " Ctrl-C or SIGTERM.",
            "",
            "Start with: java -jar order-examples.jar quickstart"
        },
        commandListHeading = "%nPrograms:%n",
        subcommands = {
            Quickstart.class,
            Serve.class,
            WorkerCommand.class,
            HealthProgram.class,
            RelayProgram.class,
            AuditProgram.class,
            UpgradeCommand.class,
            DoctorProgram.class,
            ReplayProgram.class,
            TopProgram.class,
            OrdersProgram.class,
            PendingProgram.class,
            DeadLettersProgram.class,
            PauseProgram.class,
            ResumeProgram.class,
            ExportProgram.class,
            ArchiveProgram.class,
            LoadTestCommand.class,
            BenchCommand.class,
            HelpProgram.class,
            CompletionProgram.class
        })
public final class Main implements Callable<Integer> {
    static final String ALL = "order-examples";

    private static final int WIDTH = 80;
    private static final int UUID_LENGTH = 36;

    @Mixin
    private StandardOptions standard;

    @Spec
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs the program that the arguments name and ends the process with its exit code.
     *
     * @param args the program's name and its options
     */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    private static int execute(String[] args) {
        // asked again and again in each container: to make all the other programs would take most of its time
        if (args.length > 0 && args[0].equals(HealthProgram.NAME)) {
            CommandLine health =
                    configured(new CommandLine(new HealthProgram())).setCommandName(ALL + " " + HealthProgram.NAME);
            return health.execute(Arrays.copyOfRange(args, 1, args.length));
        }
        return commandLine().execute(args);
    }

    /** The command line as {@link #main} runs it, for a test that runs a program inside its own process. */
    public static CommandLine commandLine() {
        CommandLine all = new CommandLine(new Main());
        all.getSubcommands().get(LoadTestCommand.PROGRAM).addSubcommand(new BaselineCommand());
        return configured(all);
    }

    private static CommandLine configured(CommandLine all) {
        ProgramFailures failures = new ProgramFailures();
        abbreviate(all);
        all.registerConverter(UUID.class, Main::uuid);
        all.registerConverter(Path.class, Main::path);
        return all.setExecutionStrategy(Main::run)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(WIDTH);
    }

    private static UUID uuid(String text) {
        // the JDK takes other spellings too, of which digits are lost
        if (text.length() == UUID_LENGTH) {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equalsIgnoreCase(text)) {
                return uuid;
            }
        }
        throw new TypeConversionException("'" + text + "' must be a UUID of " + UUID_LENGTH + " characters");
    }

    private static Path path(String text) {
        // the JDK takes it as the folder in which one is
        if (text.isBlank()) {
            throw new TypeConversionException("'" + text + "' must be the name of a file");
        }
        return Path.of(text);
    }

    /** Dozens of options in one line of brackets help nobody; they follow one by one. */
    private static void abbreviate(CommandLine program) {
        program.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        program.getSubcommands().values().forEach(Main::abbreviate);
    }

    private static int run(ParseResult command) {
        Logging.configure(ProgramFailures.verbose(command));
        return new RunLast().execute(command);
    }

    /** Without a program there is nothing to do but to say which there are. */
    @Override
    public Integer call() {
        CommandLine all = spec.commandLine();
        all.getErr().println("error: name a program");
        all.usage(all.getErr());
        return ExitCode.USAGE;
    }
}
