package io.orderflow.internal.codec;

import static java.util.Objects.requireNonNull;

import io.orderflow.DeadLetterReason;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * How one shop's messages are written and read: with its keys, and with its id in each frame, so that a queue that two
 * shops share by mistake charges no buyer in both. Thread-safe.
 */
public final class Frames {
    private final FrameKeys keys;
    private final Supplier<Optional<UUID>> shop;
    private final boolean json;

    /** The messages of a shop that takes frames alone. */
    public Frames(FrameKeys keys, Supplier<Optional<UUID>> shop) {
        this(keys, shop, false);
    }

    /**
     * The messages of a shop.
     *
     * @param shop the shop's id; empty until this process reached its database, and from then on always the same
     * @param json whether orders that other programs write as JSON are taken, too
     */
    public Frames(FrameKeys keys, Supplier<Optional<UUID>> shop, boolean json) {
        this.keys = requireNonNull(keys, "keys");
        this.shop = requireNonNull(shop, "shop");
        this.json = json;
    }

    /** Whether the shop is known, without which a frame can be written and not read. */
    public boolean knowsShop() {
        return shop.get().isPresent();
    }

    /**
     * Makes a message of orders.
     *
     * @throws IllegalArgumentException as {@link FrameCodec#encode}
     */
    public byte[] write(List<OrderEntry> entries) {
        return keys.toMessage(FrameCodec.encode(shop.get().orElse(Frame.NO_SHOP), entries));
    }

    /**
     * Reads a message of this shop, or of one that did not know itself.
     *
     * @throws MalformedException as {@link FrameKeys#open} and {@link FrameCodec#decode}, if another shop sent it, or
     *     if it is JSON and refused
     * @throws IllegalStateException if this shop is not known yet
     */
    public Frame read(byte[] message) throws MalformedException {
        UUID own = shop.get().orElseThrow(() -> new IllegalStateException("no contact with the database yet"));
        Frame frame = decoded(keys.open(message));
        if (!frame.shop().equals(own) && !frame.shop().equals(Frame.NO_SHOP)) {
            throw new MalformedException(
                    DeadLetterReason.FOREIGN_SHOP,
                    "a frame of " + frame.entries().size() + " orders from "
                            + frame.entries().get(0).id() + " on was sent by shop " + frame.shop()
                            + ", and this is shop " + own);
        }
        return frame;
    }

    private Frame decoded(byte[] body) throws MalformedException {
        if (!JsonOrder.isOne(body)) {
            return FrameCodec.decode(body);
        }
        if (!json) {
            throw new MalformedException("a JSON order is taken with the option acceptJson alone, which is off here: "
                    + body.length + " bytes");
        }
        return JsonOrder.decode(body);
    }

    /**
     * Reads a message for a person to look at, whoever made it, for whatever shop: a tag is skipped unread.
     *
     * @throws MalformedException as {@link FrameCodec#decode}, or if it is JSON that breaks a rule
     */
    public static Frame readUnverified(byte[] message) throws MalformedException {
        byte[] body = FrameKeys.openUnverified(message);
        return JsonOrder.isOne(body) ? JsonOrder.decode(body) : FrameCodec.decode(body);
    }

    /** Never a key. */
    @Override
    public String toString() {
        return "Frames[" + keys + ", shop=" + shop.get().map(UUID::toString).orElse("not known yet") + ", json=" + json
                + "]";
    }
}
