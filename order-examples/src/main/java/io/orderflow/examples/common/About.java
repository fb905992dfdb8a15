package io.orderflow.examples.common;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which run of which program a result is from.
 *
 * @param name what the person calls the run
 * @param startedAt when it began
 * @param endedAt when it ended
 * @param version the program's
 * @param commit of the sources, where the build named it
 * @param commandLine what was asked for, without passwords
 * @param interruptedBy the signal that ended it early
 */
@JsonNaming(SnakeCaseStrategy.class)
public record About(
        Optional<String> name,
        @JsonSerialize(using = ToStringSerializer.class) Instant startedAt,
        @JsonSerialize(using = ToStringSerializer.class) Instant endedAt,
        String version,
        Optional<String> commit,
        String commandLine,
        @JsonProperty("interrupted") Optional<String> interruptedBy) {
    private static final Pattern SECRET =
            Pattern.compile("(?i)((?:password|passwd|pwd|secret|token|key)\\s*[=:]\\s*)[^\\s,;&]+");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=+,@%\\[\\]-]+");

    /**
     * A run that ends now.
     *
     * @param arguments of the command line, as they were given
     */
    public static About endingNow(
            Optional<String> name, Instant startedAt, List<String> arguments, Interruption interruption) {
        return new About(
                name,
                startedAt.truncatedTo(ChronoUnit.SECONDS),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                Version.ofJar(),
                Version.commit(),
                commandLine(arguments),
                interruption.signal().map(signal -> "SIG" + signal));
    }

    /** The arguments as a shell would take them, without what may be a secret. */
    static String commandLine(List<String> arguments) {
        List<String> shown = new ArrayList<>(List.of("order-examples"));
        boolean address = false;
        for (String argument : arguments) {
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String option = argument.substring(0, equals + 1);
            String value = argument.substring(equals + 1);
            shown.add(quoted(option + (address || isAddress(option) ? address(value) : other(value))));
            address = isAddress(argument + "=");
        }
        return String.join(" ", shown);
    }

    private static boolean isAddress(String option) {
        return List.of("--db=", "--queue=", "--http=").contains(option);
    }

    private static String address(String value) {
        boolean word = value.matches("[a-z]+(?:-[a-z]+)*") || value.startsWith("embedded:");
        return word ? value : ShownAddress.of(value);
    }

    private static String other(String value) {
        return value.contains("://")
                ? ShownAddress.of(value)
                : SECRET.matcher(value).replaceAll("$1***");
    }

    private static String quoted(String argument) {
        return PLAIN.matcher(argument).matches() ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }

    /** What is known of the run, for people. */
    public TextTable table() {
        TextTable table = new TextTable("run", "");
        RecordFields.of(this).forEach((name, value) -> {
            if (value != null) {
                table.row(name.replace('_', ' '), value);
            }
        });
        return table;
    }
}
