package io.orderflow.examples.common;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the passwords of one server out of what others say about it: those that stand in its address, in any form, and
 * the one that came from elsewhere. Immutable.
 */
final class Redaction {
    private static final String HIDDEN = "***";
    /** Shorter ones are parts of ordinary words; of these, the forms below are hidden. */
    private static final int SHORTEST = 4;

    private static final Pattern IN_PARAMETER = Pattern.compile(
            "([?&;(,\\s]|^)([A-Za-z0-9_.]*(?:password|passwd|pwd|secret|token)[0-9]*)\\s*=\\s*[^&;,)\\s]*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern VALUE_IN_PARAMETER = Pattern.compile(
            "(?:^|[?&;(,])\\s*[A-Za-z0-9_.]*(?:password|passwd|pwd|secret|token)[0-9]*\\s*=\\s*([^&;,)]*)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SCHEME = Pattern.compile("^[a-z][a-z0-9:+]*//");
    private static final Pattern BEFORE_HOST = Pattern.compile("//[^\\s]*@");

    private final List<String> hidden = new ArrayList<>();
    private final String address;

    /**
     * Finds out what is to be hidden.
     *
     * @param address a JDBC URL or the URI of a queue
     * @param password the one from a file or the environment; may be empty
     */
    Redaction(String address, String password) {
        this.address = address;
        hide(password);
        String login = SCHEME.matcher(address.substring(0, Math.max(0, address.lastIndexOf('@'))))
                .replaceFirst("");
        // a password that is not encoded may have colons too, and drivers split there
        for (int colon = login.indexOf(':'); colon >= 0; colon = login.indexOf(':', colon + 1)) {
            hide(login);
            hide(login.substring(colon + 1));
        }
        Matcher values = VALUE_IN_PARAMETER.matcher(address);
        while (values.find()) {
            hide(values.group(1));
        }
        // a password may be the beginning of another
        hidden.sort(Comparator.comparingInt(String::length).reversed());
    }

    private void hide(String secret) {
        add(secret);
        try {
            add(URLDecoder.decode(secret, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // it was not encoded
        }
    }

    private void add(String secret) {
        if (secret.length() >= SHORTEST && !hidden.contains(secret)) {
            hidden.add(secret);
        }
    }

    /** The text without them. */
    String of(String text) {
        String clean = text.replace(address, ShownAddress.of(address));
        for (String secret : hidden) {
            clean = clean.replace(secret, HIDDEN);
        }
        clean = BEFORE_HOST.matcher(clean).replaceAll("//");
        return IN_PARAMETER.matcher(clean).replaceAll("$1$2=" + Matcher.quoteReplacement(HIDDEN));
    }

    /**
     * The same failure where nothing has to be hidden, else one with the same state and code, and a message and causes
     * without.
     */
    SQLException of(SQLException failure) {
        return (SQLException) clean(failure);
    }

    private Throwable clean(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String shown = of(message);
        Throwable cause = failure.getCause() == null ? null : clean(failure.getCause());
        if (shown.equals(message) && cause == failure.getCause()) {
            return failure;
        }
        Throwable clean = failure instanceof SQLException sql
                ? new SQLException(shown, sql.getSQLState(), sql.getErrorCode(), cause)
                : new IllegalStateException(failure.getClass().getSimpleName() + ": " + shown, cause);
        clean.setStackTrace(failure.getStackTrace());
        return clean;
    }
}
