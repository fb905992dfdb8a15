package io.orderflow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an order stands in a trace, as W3C Trace Context has it: what came in the headers {@code traceparent} and
 * {@code tracestate} of the request that brought the order. It travels with the order to the worker that decides it.
 * Immutable.
 *
 * @param traceparent version 00: {@code 00-}, the id of the trace, the id of the span that the order's spans are
 *     children of, and the flags, each in small hexadecimal digits
 * @param tracestate what vendors add, up to {@value #LONGEST_STATE} characters in up to 32 members; empty for nothing
 */
public record TraceContext(String traceparent, String tracestate) {
    /** Most characters of a {@link #tracestate}. */
    public static final int LONGEST_STATE = 512;

    private static final int MEMBERS = 32;
    private static final int SAMPLED = 1;

    /** The flags whose meaning is known: sampled, and that the trace's id is random. */
    private static final int KNOWN_FLAGS = 3;

    private static final Pattern PARENT = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

    /** Also of a version to come, which begins as this one does. */
    private static final Pattern ANY_PARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32}-[0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    private static final Pattern MEMBER =
            Pattern.compile("([a-z0-9][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
                    + "=[ -+--<>-~]{0,255}[!-+--<>-~]");

    /**
     * Checks both texts.
     *
     * @throws InvalidOrderException if one of them is not as W3C Trace Context has it, or has too much
     */
    public TraceContext {
        requireNonNull(traceparent, "traceparent");
        requireNonNull(tracestate, "tracestate");
        Matcher parent = PARENT.matcher(traceparent);
        if (!parent.matches() || isZero(parent.group(1)) || isZero(parent.group(2))) {
            throw new InvalidOrderException(
                    "traceparent",
                    traceparent.length() + " characters",
                    "must be 00-TRACE-SPAN-FLAGS in small hexadecimal digits, with ids that are not zero");
        }
        if (!tracestate.isEmpty() && !members(tracestate).equals(Optional.of(tracestate))) {
            throw new InvalidOrderException(
                    "tracestate",
                    tracestate.length() + " characters",
                    "must be at most " + MEMBERS + " members of at most " + LONGEST_STATE
                            + " characters together, each with another key");
        }
    }

    /**
     * Reads the headers of a request. As the standard has it, a {@code traceparent} that is malformed counts as none,
     * and so does a {@code tracestate} that is malformed or too long, without harm to the other. A {@code traceparent}
     * of a later version is read as one of version 00.
     *
     * @param traceparent all values of the header; two of them are malformed
     * @param tracestate all values of the header, which are one list
     * @return empty if there is no trace
     */
    public static Optional<TraceContext> ofHeaders(List<String> traceparent, List<String> tracestate) {
        if (traceparent.size() != 1) {
            return Optional.empty();
        }
        Matcher parent = ANY_PARENT.matcher(withoutSpace(traceparent.get(0)));
        if (!parent.matches()
                || parent.group(1).equals("ff")
                || parent.group(1).equals("00") && parent.group(4) != null) {
            return Optional.empty();
        }
        int flags = Integer.parseInt(parent.group(3), 16) & KNOWN_FLAGS;
        String version00 = "00-" + parent.group(2) + "-0" + flags;
        String state = members(String.join(",", tracestate)).orElse("");
        try {
            return Optional.of(new TraceContext(version00, state));
        } catch (InvalidOrderException e) {
            // an id of zeros
            return Optional.empty();
        }
    }

    /** The members in one spelling; empty if they are malformed or too many. */
    private static Optional<String> members(String list) {
        List<String> members = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        int length = 0;
        for (String part : list.split(",")) {
            String member = withoutSpace(part);
            if (!member.isEmpty()) {
                length += member.length() + (members.isEmpty() ? 0 : 1);
                if (length > LONGEST_STATE
                        || !MEMBER.matcher(member).matches()
                        || !keys.add(member.substring(0, member.indexOf('=')))) {
                    return Optional.empty();
                }
                members.add(member);
            }
        }
        return members.size() > MEMBERS ? Optional.empty() : Optional.of(String.join(",", members));
    }

    /** Without the space and tabs that HTTP allows around a value, and no others. */
    private static String withoutSpace(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (from < to && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\t';
    }

    private static boolean isZero(String digits) {
        return digits.chars().allMatch(digit -> digit == '0');
    }

    /** Whether who began the trace records it: only then are there spans for the order. */
    public boolean isSampled() {
        return (Integer.parseInt(traceparent.substring(traceparent.length() - 2), 16) & SAMPLED) != 0;
    }
}
