package io.orderflow.examples.serve;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Accept} of RFC 9110, as far as it names a media type. */
final class AcceptHeader {
    private static final Pattern WEIGHT = Pattern.compile(";\\s*q\\s*=\\s*([01](?:\\.[0-9]{0,3})?)\\s*(?:;.*)?$");

    private AcceptHeader() {}

    /** Whether the first type is named, is not refused, and weighs no less than the other one does. */
    static boolean prefers(List<String> values, String type, String other) {
        double weight = weight(values, type);
        return weight > 0 && weight >= weight(values, other);
    }

    /** The weight of a type, whatever its case; 0 if it is not named, or named as one that is not wanted. */
    private static double weight(List<String> values, String type) {
        double most = 0;
        for (String value : values) {
            for (String range : value.toLowerCase(Locale.ROOT).split(",")) {
                if (range.split(";", 2)[0].strip().equals(type)) {
                    Matcher weight = WEIGHT.matcher(range);
                    most = Math.max(most, weight.find() ? Double.parseDouble(weight.group(1)) : 1);
                }
            }
        }
        return most;
    }
}
