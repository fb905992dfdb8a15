package io.orderflow.examples.relay;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a sender and a receiver of webhooks share, in the form of Standard Webhooks. Immutable. */
final class WebhookSecret {
    private static final String PREFIX = "whsec_";
    private static final String FORM = "must be whsec_ and base64, as of: echo whsec_$(openssl rand -base64 32)";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private final SecretKeySpec key;

    private WebhookSecret(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; never repeats it
     */
    static WebhookSecret parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException(FORM);
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            // without the cause, which shows a part of it
            throw new IllegalArgumentException(FORM);
        }
        if (key.length < SHORTEST || key.length > LONGEST) {
            throw new IllegalArgumentException(
                    "must stand for " + SHORTEST + " to " + LONGEST + " bytes: " + key.length);
        }
        return new WebhookSecret(key);
    }

    /**
     * The signature of a message.
     *
     * @param id which message it is
     * @param seconds when it is sent, in seconds of Unix time
     */
    String sign(String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "...";
    }
}
