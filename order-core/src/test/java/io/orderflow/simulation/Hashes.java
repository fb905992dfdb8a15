package io.orderflow.simulation;

import io.orderflow.internal.codec.Frame;
import io.orderflow.internal.codec.FrameCodec;
import io.orderflow.internal.codec.OrderEntry;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The names of dead letters. */
final class Hashes {
    private Hashes() {}

    static String of(byte[] message) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(message));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Of the letter that an order's content makes. */
    static String of(OrderEntry entry) {
        return of(FrameCodec.encode(Frame.NO_SHOP, List.of(entry.ordinary())));
    }
}
