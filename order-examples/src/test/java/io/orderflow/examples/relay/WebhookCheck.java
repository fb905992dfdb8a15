package io.orderflow.examples.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a receiver of webhooks finds out who sent one; shown in docs/feed.md. */
final class WebhookCheck {
    private WebhookCheck() {}

    // sample: begin
    /**
     * Whether a request comes from one who has the secret, and was sent in these minutes.
     *
     * @param key the bytes that stand in base64 behind whsec_
     * @param id the header webhook-id; the timestamp and the signature are headers too
     * @param body as it came, before anything reads it as JSON
     */
    static boolean isGenuine(byte[] key, String id, String timestamp, String signature, byte[] body, Instant now)
            throws GeneralSecurityException {
        if (id == null || signature == null || timestamp == null || !timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        if (Math.abs(now.getEpochSecond() - Long.parseLong(timestamp)) > 300) {
            return false; // an old one that somebody sends once more
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
        String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        return MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8));
    }
    // sample: end
}
