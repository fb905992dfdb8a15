package io.orderflow.examples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.orderflow.SchemaException;
import io.orderflow.examples.common.ProgramFailures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@DisplayName("The command line of the example programs")
class MainTest {
    @TempDir
    Path folder;

    static Stream<String> programs() {
        Set<String> names = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
        assertTrue(names.removeAll(Set.of("help", "generate-completion")), names.toString());
        assertEquals(
                Set.of(
                        "quickstart",
                        "serve",
                        "worker",
                        "health",
                        "relay",
                        "audit",
                        "upgrade",
                        "doctor",
                        "replay",
                        "top",
                        "orders",
                        "pending",
                        "export",
                        "deadletters",
                        "pause",
                        "resume",
                        "archive",
                        "loadtest",
                        "bench"),
                names);
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("programs")
    @DisplayName("explains every program and exits with 0")
    void helpOfEveryProgram(String program) {
        ProgramRun run = ProgramRun.of(program, "--help");
        assertAll(
                run::toString,
                () -> assertEquals(0, run.exitCode()),
                () -> assertTrue(run.out().startsWith("Usage: order-examples " + program)),
                // health asks over HTTP alone
                () -> assertEquals(!program.equals("health"), run.out().contains("--db")),
                () -> assertTrue(run.out().contains("--verbose")),
                () -> assertFalse(run.out().contains("${")));
    }

    @ParameterizedTest
    @MethodSource("programs")
    @DisplayName("shows the version of every program")
    void versionOfEveryProgram(String program) {
        ProgramRun run = ProgramRun.of(program, "--version");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().startsWith("order-examples "), run::toString);
    }

    @Test
    @DisplayName("lists the programs in its own help")
    void ownHelp() {
        ProgramRun run = ProgramRun.of("--help");
        assertEquals(0, run.exitCode(), run::toString);
        programs().forEach(program -> assertTrue(run.out().contains("\n  " + program + " "), run::toString));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "help nonsense",
                "help loadtest nonsense",
                "serve --nonsense",
                "serve --port x",
                "serve --port 65536",
                "serve --workers -1",
                "serve --queue kafka://127.0.0.1",
                "worker --workers 0",
                "worker --health-port 65536",
                "worker --queue amqp://",
                "loadtest --accept both",
                "serve --workers 65",
                "serve --max-batch 501",
                "worker --ack-delay 60001",
                "serve --seed-buyers -1",
                "serve --seed-max-per-buyer 2",
                "serve --seed-products 1 --seed-max-per-buyer -1",
                "serve --host no.such.host.invalid",
                "serve --db-pool 3",
                "relay --to redis://127.0.0.1",
                "relay --feed f",
                "relay --feed f --to redis://127.0.0.1 --from yesterday",
                "relay --feed f --to redis://127.0.0.1 --batch 501",
                "relay --feed f --to redis://127.0.0.1 --lease 1",
                "relay --feed F! --to redis://127.0.0.1 --db jdbc:h2:mem:relay",
                "audit --db jdbc:postgresql://127.0.0.1/shop",
                "audit --queue redis",
                "quickstart --table-prefix Orders"
            })
    @DisplayName("answers a wrong command line with two lines and exit code 2")
    void wrongUsage(String line) {
        ProgramRun run = ProgramRun.of(line.split(" "));
        assertAll(
                run::toString,
                () -> assertEquals(2, run.exitCode()),
                () -> assertEquals("", run.out()),
                () -> assertTrue(run.err().startsWith("error: ")),
                () -> assertEquals(2, run.err().lines().count()));
    }

    @Test
    @DisplayName("lists the programs with one line each when none is named")
    void bare() {
        ProgramRun run = ProgramRun.of();
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals("", run.out(), run::toString);
        Main.commandLine().getSubcommands().keySet().forEach(program -> {
            List<String> lines = run.err()
                    .lines()
                    .filter(line -> line.startsWith("  " + program + " "))
                    .toList();
            assertEquals(1, lines.size(), run::toString);
            assertTrue(lines.get(0).endsWith("."), () -> "goes on in the next line: " + lines);
        });
    }

    /** The JDK takes it as the folder in which the program runs. */
    @Test
    @DisplayName("takes no empty name for a file, whatever the option")
    void filesHaveNames() {
        CommandLine all = Main.commandLine();
        List<String> lines = everyProgram()
                .filter(program -> !program.isEmpty())
                .flatMap(program -> within(all, program).getCommandSpec().options().stream()
                        .filter(option -> option.typeInfo().toString().contains(Path.class.getName()))
                        .map(option -> program + " " + option.longestName() + " ''"))
                .toList();
        assertTrue(lines.containsAll(List.of("archive --to ''", "export --to ''")), lines::toString);
        assertTrue(lines.size() > 5, lines::toString);
        lines.forEach(line ->
                refused(line, "Invalid value for option '" + option(line) + "': '' must be the name of a file"));
    }

    private static String option(String line) {
        return line.substring(line.indexOf("--"), line.lastIndexOf(' '));
    }

    private static CommandLine within(CommandLine all, String program) {
        CommandLine found = all;
        for (String name : program.split(" ")) {
            found = found.getSubcommands().get(name);
        }
        return found;
    }

    static Stream<String> everyProgram() {
        Stream<String> inner = Stream.of(
                "",
                "loadtest baseline",
                "orders show",
                "orders find",
                "orders list",
                "orders timeline",
                "deadletters list",
                "deadletters show",
                "deadletters redrive",
                "deadletters discard");
        return Stream.concat(inner, Main.commandLine().getSubcommands().keySet().stream());
    }

    @ParameterizedTest
    @MethodSource("everyProgram")
    @DisplayName("explains every program in 80 columns, in the same way by help, with its exit codes")
    void width(String program) {
        ProgramRun run = ProgramRun.of((program + " --help").strip().split(" "));
        run.out().lines().forEach(line -> assertTrue(line.length() <= 80, () -> line.length() + " columns: " + line));
        ProgramRun help = ProgramRun.of(("help " + program).strip().split(" "));
        assertEquals(0, help.exitCode(), help::toString);
        assertEquals(run.out(), help.out());
        if (!Set.of("help", "generate-completion").contains(program)) {
            assertTrue(run.out().toLowerCase(Locale.ROOT).contains("exit code"), run::toString);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quickstrt | Did you mean quickstart?",
                "wroker | Did you mean worker?",
                "help lodtest | Did you mean loadtest?",
                "loadtest basline | Did you mean baseline?",
                "serve --prot 1 | Did you mean --port?",
                "serve --seed-prod 1 | Did you mean --seed-products?",
                "loadtest --oders=5 | Did you mean --orders?",
                "loadtest --max-accept-p9 5 | Did you mean --max-accept-p99?",
                "bench --min-shar 1 | Did you mean --min-share?",
                "audit --qeue memory | Did you mean --queue?",
                "audit --nothing-like-it | see: order-examples audit --help"
            })
    @DisplayName("says what a wrong word may have meant")
    void didYouMean(String line, String suggestion) {
        ProgramRun run = ProgramRun.of(line.split(" "));
        assertEquals(2, run.exitCode(), run::toString);
        assertEquals(suggestion, run.err().lines().toList().get(1), run::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--db embedded:x --db-user u | --db-user has no effect with --db embedded",
                "--db embedded:x --db-password-file f | --db-password-file has no effect with --db embedded",
                "--db jdbc:mysql://u@h/s --db-user v | --db-user has no effect with --db a URL that has its own",
                "--db jdbc:mysql://h/s?user=u --db-user v | --db-user has no effect with --db a URL that has its own",
                "--db jdbc:mysql://h/s?password=p --db-password-file f | --db-password-file has no effect with "
                        + "--db a URL",
                "--db jdbc:mysql://(host=h,password=p)/s --db-password-file f | --db-password-file has no effect with",
                "--queue-name n | --queue-name has no effect with --queue memory",
                "--queue-user u | --queue-user has no effect with --queue memory",
                "--queue-password-file f | --queue-password-file has no effect with --queue memory",
                "--queue-trust f | --queue-trust has no effect with --queue memory",
                "--accept queue-only | --accept must be row-journal or group-journal with --queue memory",
                "--queue redis://u:p@h --queue-user v | --queue-user must not be given with --queue URI that names one",
                "--queue amqp://u:p@h --queue-password-file f | --queue-password-file must not be given with "
                        + "--queue URI",
                "--queue redis://h --queue-trust f | --queue-trust needs a rediss: or amqps: queue",
            })
    @DisplayName("refuses options of shop and queue that have no effect together, in every program")
    void noEffectInAny(String options, String message) {
        boolean queue = options.contains("--queue") || options.contains("--accept");
        for (String program : List.of(
                "quickstart",
                "serve",
                "worker",
                "audit",
                "doctor",
                "orders list",
                "pending",
                "deadletters list",
                "archive --dry-run",
                "loadtest",
                "bench")) {
            String database = options.contains("--db") ? "" : " --db embedded:" + folder;
            refused(program + database + " " + options.replace("embedded:x", "embedded:" + folder), message);
        }
        if (!queue) {
            refused("loadtest baseline " + options.replace("embedded:x", "embedded:" + folder), message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve --workers 0 --max-batch 5 | --max-batch has no effect with --workers 0",
                "serve --workers 0 --batch-wait 5 | --batch-wait has no effect with --workers 0",
                "serve --workers 0 --ack-delay 5 | --ack-delay has no effect with --workers 0",
                "serve --workers 0 --accept-json | --accept-json has no effect with --workers 0",
                "loadtest --orders 5 --duration 5 | --duration must not be given with --orders",
                "loadtest --rate 5 --window 5 | --window must not be given with --rate",
                "loadtest --rate 5 --submitters 5 | --submitters must not be given with --rate",
                "loadtest --window 5 --submitters 5 | --submitters must not be given with --window",
                "loadtest --rate-tolerance 0.5 | --rate-tolerance has no effect without --rate",
                "loadtest --max-accept-ratio 2 | --max-accept-ratio has no effect without --rate",
                "loadtest --hot --skew zipf | --skew must be hot or not be given with --hot",
                "loadtest --connections 5 | --connections needs --http",
                "loadtest --http-batch 5 | --http-batch needs --http",
                "loadtest --java-options -Xmx1g | --java-options needs --http self or --worker-processes",
                "loadtest --worker-processes 1 | --worker-processes needs a --queue that processes share",
                "loadtest --http self --replays 0.5 | --replays needs --keys 1 with --http",
                "loadtest --http http://h --workers 2 | --workers must not be given with --http URL",
                "loadtest --http http://h --max-batch 2 | --max-batch must not be given with --http URL",
                "loadtest --http http://h --batch-wait 2 | --batch-wait must not be given with --http URL",
                "loadtest --http http://h --group-wait 2 | --group-wait must not be given with --http URL",
                "loadtest --http http://h --accept queue-only | --accept must not be given with --http URL",
                "loadtest --http http://h --allow-weak-queue | --allow-weak-queue must not be given with --http URL",
                "loadtest --http http://h --frame-key-file f | --frame-key-file must not be given with --http URL",
                "worker --health-host h | --health-host has no effect without --health-port",
                "worker --accept-json | --accept-json has no effect with --queue memory",
                "serve --accept-json | --accept-json has no effect with --queue memory",
                "loadtest --no-resources --watch a=1 | --watch has no effect with --no-resources",
                "loadtest --no-resources --idle 2 | --idle has no effect with --no-resources",
                "bench --accept queue-only --queue redis://h | --accept must be row-journal, since",
            })
    @DisplayName("refuses options of one program that have no effect together")
    void noEffect(String line, String message) {
        refused(line.replaceFirst(" ", " --db embedded:" + folder + " "), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve --host '' | --host must be an address of this machine: ''",
                "worker --health-port 0 --health-host '' | --health-host must be an address of this machine: ''",
                "worker --health-port 0 --health-host no.such.host.invalid | --health-host must be an address of",
                "serve --workers 1000 | --workers must be between 0 and 64: 1000",
                "worker --workers 0 | --workers must be between 1 and 64: 0",
                "serve --max-batch 0 | --max-batch must be between 1 and 500: 0",
                "worker --batch-wait 1001 | --batch-wait must be between 0 and 1000: 1001",
                "worker --ack-delay -1 | --ack-delay must be between 0 and 60000: -1",
                "serve --group-wait 101 | --group-wait must be between 0 and 100: 101",
            })
    @DisplayName("names the option, its rule and its value when it refuses one")
    void named(String line, String message) {
        refused(line.replaceFirst(" ", " --db embedded:" + folder + " "), message);
    }

    /** Two quotes in the line are an empty value, as in a shell. */
    private static void refused(String line, String message) {
        ProgramRun run = ProgramRun.of(
                Stream.of(line.split(" ")).map(word -> word.replace("''", "")).toArray(String[]::new));
        assertAll(
                line + ": " + run,
                () -> assertEquals(2, run.exitCode()),
                () -> assertTrue(run.err().startsWith("error: " + message)));
    }

    @Test
    @DisplayName("prints a script with which bash completes programs and options")
    void completion() throws Exception {
        ProgramRun run = ProgramRun.of("generate-completion");
        assertEquals(0, run.exitCode(), run::toString);
        Path script = Files.writeString(folder.resolve("completion"), run.out());
        String ask = "source " + script + "; COMP_WORDS=(order-examples loadtest --max-acc); COMP_CWORD=2;"
                + " _complete_order-examples; echo ${COMPREPLY[@]}";
        Process bash =
                new ProcessBuilder("bash", "-c", ask).redirectErrorStream(true).start();
        String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(answer.contains("--max-accept-p99"), answer);
    }

    @Test
    @DisplayName("speaks of programs, not of the library's calls")
    void words() {
        SchemaException missing = new SchemaException("no tables; call OrderSchema.createOrUpgrade() or run V1__x.sql");
        assertEquals(
                "no tables; run the program serve, which makes them, or run V1__x.sql",
                ProgramFailures.describe(missing));
        SchemaException older = new SchemaException(
                "version 1; stop the processes of the older release and call OrderSchema.createOrUpgrade()");
        assertEquals(
                "version 1; stop the processes of the older release and run the program upgrade",
                ProgramFailures.describe(older));
        assertFalse(ProgramFailures.describe(new SchemaException("createOrUpgrade() failed"))
                .contains("()"));
    }
}
