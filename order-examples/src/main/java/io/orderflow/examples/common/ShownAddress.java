package io.orderflow.examples.common;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may be shown of the address of a server, which is a JDBC URL or the URI of a queue: its scheme, its hosts with
 * their ports, and its path. Only what is recognised as one of these is shown, so that a password stays hidden wherever
 * the person put it, encoded or not: before the host, in a parameter, in a host's list of keys and values. What is not
 * recognised is shown as dots.
 */
public final class ShownAddress {
    private static final String HIDDEN = "...";
    private static final String HOST =
            "(?:[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*\\.?|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?";
    private static final String PATH = "(/(?:[A-Za-z0-9_.$/-]|%2[fF])*)?";
    private static final Pattern SCHEME =
            Pattern.compile("(?:jdbc:[a-z0-9]+(?::[a-z0-9]+|(?:\\+[a-z0-9]+)+)?|[a-z][a-z0-9+.-]*):");
    private static final Pattern PLACE = Pattern.compile("(?:" + HOST + "(?:," + HOST + ")*)?" + PATH);
    /** Several hosts, as in {@code [h1:1,h2:2]/database}; what may begin it was before the last @. */
    private static final Pattern LIST = Pattern.compile("\\[?([^\\[\\]]*)](/.*)?");

    private static final Pattern KEY =
            Pattern.compile("[(,]\\s*(host|port)\\s*=\\s*([^(),]*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern AFTER_KEYS = Pattern.compile("\\)]?(/[A-Za-z0-9_.$-]*)?$");
    /** A parameter in which an @ is no sign that a password stands in front of a host. */
    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z][A-Za-z0-9_.]*=[^/]*");

    private static final Pattern H2_FILE = Pattern.compile("(jdbc:h2:(?!tcp:|ssl:)[^?;=%@]*)(?:[?;].*)?");

    private ShownAddress() {}

    /** The address without anything that may be a secret. */
    public static String of(String address) {
        Matcher file = H2_FILE.matcher(address);
        if (file.matches()) {
            return file.group(1);
        }
        Matcher scheme = SCHEME.matcher(address);
        if (!scheme.lookingAt()) {
            return HIDDEN;
        }
        if (address.startsWith("//", scheme.end())) {
            return scheme.group() + "//"
                    + place(address.substring(scheme.end() + 2)).orElse(HIDDEN);
        }
        // without slashes, a user and password may stand where a scheme does
        return address.startsWith("jdbc:") ? "jdbc:" + HIDDEN : HIDDEN;
    }

    private static Optional<String> place(String rest) {
        String place = rest.split("[?;#]", 2)[0];
        String parameters = rest.substring(place.length());
        if (parameters.contains("@") && !(place.contains("/") && isList(parameters.substring(1)))) {
            // the question mark may be one of the password's characters
            return Optional.empty();
        }
        if (place.contains("(")) {
            return ofKeys(place);
        }
        // a password that is not encoded may hold what ends a host, so up to the last @
        String hosts = place.substring(place.lastIndexOf('@') + 1);
        Matcher list = LIST.matcher(hosts);
        if (!PLACE.matcher(hosts).matches() && list.matches()) {
            hosts = list.group(1) + Optional.ofNullable(list.group(2)).orElse("");
        }
        return Optional.of(hosts).filter(shown -> PLACE.matcher(shown).matches());
    }

    private static boolean isList(String parameters) {
        for (String parameter : parameters.split("[&;]")) {
            if (parameter.contains("@") && !PARAMETER.matcher(parameter).matches()) {
                return false;
            }
        }
        return true;
    }

    /** The forms {@code address=(host=h)(port=1)} and {@code (host=h,port=1)} of the drivers for MySQL. */
    private static Optional<String> ofKeys(String place) {
        List<String> hosts = new ArrayList<>();
        Matcher keys = KEY.matcher(place);
        while (keys.find()) {
            String value = keys.group(2).strip();
            if (keys.group(1).equalsIgnoreCase("host")) {
                hosts.add(value);
            } else if (!hosts.isEmpty() && value.matches("[0-9]{1,5}")) {
                hosts.set(hosts.size() - 1, hosts.get(hosts.size() - 1) + ":" + value);
            }
        }
        Matcher path = AFTER_KEYS.matcher(place);
        if (hosts.isEmpty() || !hosts.stream().allMatch(host -> host.matches(HOST)) || !path.find()) {
            return Optional.empty();
        }
        return Optional.of(
                String.join(",", hosts) + Optional.ofNullable(path.group(1)).orElse(""));
    }
}
