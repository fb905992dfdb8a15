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

    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[!#-~]*\")");

    private EntityTag() {}

    /** The tag of a text, in its quotes. */
    static String of(String text) {
        byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES)) + '"';
    }

    /**
     * Whether a caller has what is shown.
     *
     * @param values all values of the header If-None-Match; what is no tag in them is nothing that he has
     */
    static boolean isAmong(List<String> values, String tag) {
        for (String value : values) {
            if (value.strip().equals("*")) {
                return true;
            }
            // RFC 9110 has it compared weakly here
            Matcher given = TAG.matcher(value);
            while (given.find()) {
                if (given.group(1).equals(tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
