package io.orderflow.examples.serve;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Strong entity tags of RFC 9110: a hash of the text that is shown. So a tag changes with whatever is shown, and is the
 * same in all processes that show the same.
 */
final class EntityTag {
    /** Two texts with the same 128 bits of SHA-256 are not found by chance, nor on purpose. */
    private static final int BYTES = 16;

    /** An element of a list, up to its comma; it may be empty, and has blanks around it. */
    private static final Pattern ELEMENT = Pattern.compile("[ \t]*+(?:(?:W/)?+(\"[!#-~\\x80-\\xff]*+\"))?+[ \t]*+,");

    private EntityTag() {}

    /** The tag of a text, in its quotes. */
    static String of(String text) {
        byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES)) + '"';
    }

    /**
     * Whether a caller has what is shown.
     *
     * @param values all values of the header If-None-Match; unless they are a list of tags, or {@code *} alone, he has
     *     nothing
     */
    static boolean isAmong(List<String> values, String tag) {
        String list = String.join(",", values);
        if (list.strip().equals("*")) {
            return true;
        }
        boolean found = false;
        Matcher element = ELEMENT.matcher(list + ",");
        for (int at = 0; at <= list.length(); at = element.end()) {
            if (!element.region(at, list.length() + 1).lookingAt()) {
                return false;
            }
            // RFC 9110 has it compared weakly here
            found |= tag.equals(element.group(1));
        }
        return found;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
