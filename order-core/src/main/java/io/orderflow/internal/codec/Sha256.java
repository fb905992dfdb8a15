package io.orderflow.internal.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, by a digest of each thread. Thread-safe. */
public final class Sha256 {
    // Finding the algorithm through the providers costs several times the hash of an order, and a digest is not
    // thread-safe.
    // The values are classes of the JDK, so a thread that outlives the host application keeps no class of ours alive.
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::create);

    private Sha256() {}

    /** The 32 bytes that stand for some bytes. */
    public static byte[] hash(byte[] bytes) {
        return DIGEST.get().digest(bytes);
    }

    private static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256", e);
        }
    }
}
