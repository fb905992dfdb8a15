package io.orderflow.examples.common;

import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of the shop and its queue as they were given, for commands that a program shows to a person. */
public final class GivenOptions {
    private static final List<String> BEGINNINGS =
            List.of("--db", "--table-prefix", "--queue", "--frame-key", "--accept", "--allow-weak");
    private static final Pattern SECRET = Pattern.compile("@|(?i)(password|pwd)\\s*=");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=+,-]+");

    private GivenOptions() {}

    /** Each with a space in front; a value that may hold a password is left to the person. */
    public static String of(ParseResult parsed) {
        StringBuilder text = new StringBuilder();
        for (OptionSpec option : parsed.matchedOptions()) {
            String name = option.longestName();
            if (BEGINNINGS.stream().anyMatch(name::startsWith)) {
                text.append(' ').append(name);
                if (option.arity().max() > 0) {
                    option.stringValues().forEach(value -> text.append(' ').append(shown(value)));
                }
            }
        }
        return text.toString();
    }

    private static String shown(String value) {
        if (SECRET.matcher(value).find()) {
            return "AS_BEFORE";
        }
        return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
    }
}
