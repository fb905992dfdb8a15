package io.orderflow.examples.common;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Lengths of time as the command line has them: {@code 90s}, {@code 30m}, {@code 2h} or {@code 7d}. */
public final class Ages {
    private static final Pattern AGE = Pattern.compile("([0-9]{1,6})([smhd])");

    private Ages() {}

    /**
     * What the value of an option means.
     *
     * @throws ParameterException if it means nothing
     */
    public static Duration of(CommandSpec program, String option, String text) {
        Matcher age = AGE.matcher(text);
        if (!age.matches()) {
            throw new ParameterException(
                    program.commandLine(), option + " must be a number of up to 6 digits with s, m, h or d: " + text);
        }
        long number = Long.parseLong(age.group(1));
        return switch (age.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** A length of time for a person, in its largest whole unit. */
    public static String shown(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + " d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
    }
}
